//! Decimal text to `f32` and back: the nearest value, and the shortest text that is read as the same value.
//!
//! Both are exact and plain: a binary search over the values, each compared with the text as whole numbers of any
//! length. The standard library's are faster, but bring 20 KB of tables and code, which a browser would have to
//! download; a network's text has a handful of numbers.

use std::cmp::Ordering;
use std::fmt;

/// Longest text of a number: an `f32` written out, or the middle between two, has some 200 characters, and the time to
/// read one grows with the square of its length.
const MAX_LENGTH: usize = 1000;

/// The value nearest to a decimal such as `0.01`, `.5`, `-3` or `1e-4`, halves to even; nothing for other text, for
/// numbers that are too large and for texts that are too long.
pub(crate) fn parse(text: &str) -> Option<f32> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let [before, after, exponent] = split(text)?;
    let mut digits = Natural::default();
    for digit in before.bytes().chain(after.bytes()) {
        digits.multiply_add(10, u32::from(digit - b'0'));
    }
    let exponent = whole(exponent)?.checked_sub_unsigned(after.len() as u32)?;
    let value = f32::from_bits(nearest(&digits, exponent));
    value.is_finite().then_some(if text.starts_with('-') { -value } else { value })
}

/// Whether it is a number as JSON has them.
pub(crate) fn is_json(text: &str) -> bool {
    split(text).is_some_and(|[before, ..]| !before.is_empty())
}

/// The digits before the point and after it, and the exponent.
fn split(text: &str) -> Option<[&str; 3]> {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let right = are_digits(before)
        && are_digits(after)
        && after.is_empty() != mantissa.contains('.')
        && !(before.is_empty() && after.is_empty())
        && !(before.len() > 1 && before.starts_with('0'));
    whole(exponent).filter(|_| right).map(|_| [before, after, exponent])
}

/// A whole number with or without a sign; what is beyond any exponent of use is cut.
fn whole(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.bytes().fold(0, |n: i32, digit| (n * 10 + i32::from(digit - b'0')).min(100_000));
    Some(if text.starts_with('-') { -size } else { size })
}

/// The shortest decimal that is read as this value: what `{}` of an `f32` writes.
pub(crate) struct Decimal(pub(crate) f32);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_nan() {
            return f.write_str("NaN");
        }
        if self.0.is_sign_negative() {
            f.write_str("-")?;
        }
        if self.0.is_infinite() {
            return f.write_str("inf");
        }
        if self.0 == 0.0 {
            return f.write_str("0");
        }
        let (digits, exponent) = shortest(self.0.to_bits() & !(1 << 31));
        let digits = digits.to_string();
        let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
        let point = digits.len() as i32 + exponent;
        match usize::try_from(point) {
            Ok(point) if point > 0 && point < digits.len() => {
                write!(f, "{}.{}", &digits[..point], &digits[point..])
            }
            _ if point <= 0 => write!(f, "0.{}{digits}", zeros(-point)),
            _ => write!(f, "{digits}{}", zeros(exponent)),
        }
    }
}

/// Bits of infinity: all below are finite and ordered like the values.
const INFINITY: u32 = 0x7f80_0000;

/// Bits of the value nearest to `digits · 10^exponent`, halves to even; [`INFINITY`] if it is too large.
fn nearest(digits: &Natural, exponent: i32) -> u32 {
    // Between these the numbers stay short enough to be written out.
    let magnitude = digits.decimal_length().saturating_add(exponent);
    if digits.0.is_empty() || magnitude < -46 {
        return 0;
    }
    if magnitude > 40 {
        return INFINITY;
    }
    let bits = last(0, INFINITY, |bits| {
        let (significand, power) = parts(bits);
        compare(digits, exponent, significand, power) != Ordering::Less
    });
    let (significand, power) = parts(bits);
    match compare(digits, exponent, 2 * significand + 1, power - 1) {
        Ordering::Less => bits,
        Ordering::Equal => bits + (bits & 1),
        Ordering::Greater => bits + 1,
    }
}

/// `(d, e)` of the shortest `d · 10^e` whose nearest value is this positive one; of several the closest, and the
/// larger of two that are equally close.
fn shortest(bits: u32) -> (u32, i32) {
    let (significand, power) = parts(bits);
    let at_most = |digits: u32, exponent: i32| {
        compare(&Natural::new(digits), exponent, significand, power) != Ordering::Greater
    };
    // The first digit stands for this power of ten.
    let first = last(0, 86, |n| at_most(1, n as i32 - 46)) as i32 - 46;
    // Nine digits tell any two values apart.
    let mut candidates = (0..9).map(|places| {
        let (exponent, ten) = (first - places, 10u32.pow(places as u32));
        let below = last(ten, 10 * ten, |digits| at_most(digits, exponent));
        // Which of the two is closer: the value against the middle between them.
        let middle = compare(&Natural::new(2 * below + 1), exponent, significand, power + 1);
        (below, middle, exponent)
    });
    let found = candidates.find_map(|(below, middle, exponent)| {
        let reads = |digits: &u32| nearest(&Natural::new(*digits), exponent) == bits;
        let closer_first = if middle == Ordering::Greater { [below, below + 1] } else { [below + 1, below] };
        closer_first.into_iter().find(reads).map(|digits| (digits, exponent))
    });
    let (mut digits, mut exponent) = found.expect("nine digits are enough");
    while digits.is_multiple_of(10) {
        (digits, exponent) = (digits / 10, exponent + 1);
    }
    (digits, exponent)
}

/// The last of `low..high` for which `holds`, which holds for `low` and for all up to a point.
fn last(mut low: u32, mut high: u32, holds: impl Fn(u32) -> bool) -> u32 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        *(if holds(middle) { &mut low } else { &mut high }) = middle;
    }
    low
}

/// `(m, e)` of the value `m · 2^e` with these bits.
fn parts(bits: u32) -> (u32, i32) {
    let (exponent, fraction) = ((bits >> 23) as i32, bits & 0x7f_ffff);
    if exponent == 0 { (fraction, -149) } else { (fraction | 0x80_0000, exponent - 150) }
}

/// `digits · 10^exponent` against `significand · 2^power`, exactly.
fn compare(digits: &Natural, exponent: i32, significand: u32, power: i32) -> Ordering {
    let (mut left, mut right) = (digits.clone(), Natural::new(significand));
    let fives = if exponent < 0 { &mut right } else { &mut left };
    (0..exponent.unsigned_abs()).for_each(|_| fives.multiply_add(5, 0));
    let twos = if exponent < power { &mut right } else { &mut left };
    (0..exponent.abs_diff(power)).for_each(|_| twos.multiply_add(2, 0));
    left.0.len().cmp(&right.0.len()).then_with(|| left.0.iter().rev().cmp(right.0.iter().rev()))
}

/// A whole number in words of 32 bits, the lowest first and the highest not 0.
#[derive(Clone, Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn new(value: u32) -> Self {
        let mut new = Self::default();
        new.multiply_add(1, value);
        new
    }

    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// About how many decimal digits it has: exact or one too many.
    fn decimal_length(&self) -> i32 {
        let bits = self.0.last().map_or(0, |top| 32 * self.0.len() as i32 - top.leading_zeros() as i32);
        (i64::from(bits) * 30_103 / 100_000) as i32 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", "-", ".", "1.", "01", "+1", "1e", "1e+", "e5", ".e5", "1 ", "1_0", "1e1.5", "inf", "NaN",
            "0x1", "--1", "1.-5",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["1e39", "-1e999999999999", "340282356779733661637539395458142568448"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_without_end_is_refused_at_once() {
        let zeros = |n| format!("0.{}1", "0".repeat(n));
        assert_eq!(parse(&zeros(997)), Some(0.0));
        assert_eq!(parse(&zeros(998)), None);
        assert_eq!(parse(&"9".repeat(10_000_000)), None);
    }

    #[test]
    fn halves_go_to_even_and_the_smallest_to_nothing() {
        let read = |text: &str| parse(text).unwrap().to_bits();
        assert_eq!(read("16777217"), 16_777_216f32.to_bits());
        assert_eq!(read("16777219"), 16_777_220f32.to_bits());
        assert_eq!(read("16777217.0000000000000000000000000000000001"), 16_777_218f32.to_bits());
        assert_eq!(read("340282356779733661637539395458142568447"), f32::MAX.to_bits());
        assert_eq!(read("1e-45"), 1);
        assert_eq!(read("7e-46"), 0);
        assert_eq!(read("8e-46"), 1);
        assert_eq!(read("-0"), (-0f32).to_bits());
        assert_eq!(read("1e-99999999999"), 0);
        assert_eq!(read("0e99"), 0);
        assert_eq!(read(".5"), 0.5f32.to_bits());
        assert_eq!(read("2.5E+1"), 25f32.to_bits());
    }

    proptest! {
        #[test]
        fn it_writes_as_the_standard_library(bits: u32) {
            let value = f32::from_bits(bits);
            prop_assert_eq!(Decimal(value).to_string(), value.to_string());
            if value.is_finite() {
                prop_assert_eq!(parse(&value.to_string()).map(f32::to_bits), Some(bits));
            }
        }

        #[test]
        fn it_reads_as_the_standard_library(text in "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,30})?(e[-+]?[0-9]{1,2})?") {
            let theirs = text.parse::<f32>().unwrap();
            prop_assert_eq!(parse(&text), Some(theirs).filter(|value| value.is_finite()));
        }

        #[test]
        fn it_reads_middles_as_the_standard_library(bits in 0u32..INFINITY - 1, nudge in -1i8..=1) {
            // The exact middle between two values, which f64 can hold, and its neighbours.
            let middle = f64::midpoint(f64::from(f32::from_bits(bits)), f64::from(f32::from_bits(bits + 1)));
            let middle = f64::from_bits(middle.to_bits().wrapping_add_signed(nudge.into()));
            let text = format!("{middle:.200}");
            prop_assert_eq!(parse(&text), Some(text.parse::<f32>().unwrap()));
        }
    }
}
