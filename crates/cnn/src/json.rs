//! JSON as far as files of weights need it: a value, read from text and written to it.
//!
//! The engine reads two small texts, a file's header and its metadata, whose fields it knows; with the generic
//! readers of `serde_json` the engine would be a sixth larger to download. That crate is the tests' oracle.

use crate::decimal::{self, Decimal};

/// How deep lists and objects may lie in one another.
const MAX_DEPTH: usize = 32;

/// A JSON value.
#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    /// `null`, `true` or `false`.
    Word(&'static str),
    /// A number as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object, its properties in their order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Nothing.
    pub(crate) const NULL: Self = Self::Word("null");

    /// Reads a text. An error says what is wrong, and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(MAX_DEPTH);
        reader.space();
        let end = value.is_some() && reader.at == text.len();
        value.filter(|_| end).ok_or_else(|| format!("its JSON is wrong at byte {}", reader.at))
    }

    /// The property of this name, of an object that has it.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(properties) = self else { return None };
        properties.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// [`get`](Self::get), and the object is then without it.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Self> {
        let Self::Object(properties) = self else { return None };
        let at = properties.iter().position(|(other, _)| other == name)?;
        Some(properties.remove(at).1)
    }

    /// Adds a property to an object, as its last.
    pub(crate) fn push(&mut self, name: &str, value: Self) {
        if let Self::Object(properties) = self {
            properties.push((name.to_owned(), value));
        }
    }

    /// The names of an object's properties.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let properties = if let Self::Object(properties) = self { &properties[..] } else { &[] };
        properties.iter().map(|(name, _)| &name[..])
    }

    /// A string's text.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number.
    pub(crate) fn integer(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// The `f32` nearest to a number.
    pub(crate) fn float(&self) -> Option<f32> {
        match self {
            Self::Number(number) => decimal::parse(number),
            _ => None,
        }
    }

    /// A list of whole numbers.
    pub(crate) fn integers(&self) -> Option<Vec<u64>> {
        match self {
            Self::List(values) => values.iter().map(Self::integer).collect(),
            _ => None,
        }
    }

    /// This value's text: the same for equal values.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Word(word) => out.push_str(word),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => quote(text, out),
            Self::List(values) => {
                out.push('[');
                for (i, value) in values.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { "," });
                    value.write(out);
                }
                out.push(']');
            }
            Self::Object(properties) => {
                out.push('{');
                for (i, (name, value)) in properties.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { "," });
                    quote(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<f32> for Value {
    /// The shortest number that is read as this value, which must be finite.
    fn from(number: f32) -> Self {
        Self::Number(Decimal(number).to_string())
    }
}

impl From<&[u64]> for Value {
    fn from(numbers: &[u64]) -> Self {
        Self::List(numbers.iter().map(|&number| number.into()).collect())
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Value {
    fn from(properties: [(&str, Value); N]) -> Self {
        Self::Object(properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            ..' ' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    out.push('"');
}

/// Where the reading of a text is. Each method takes what it names, or nothing and stays where it found the fault.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Space, then this byte.
    fn byte(&mut self, byte: u8) -> Option<()> {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found.then_some(())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.space();
        match self.peek()? {
            b'"' => self.string().map(Value::Text),
            b'[' => {
                let mut values = Vec::new();
                self.items(b']', depth, |reader, depth| {
                    values.push(reader.value(depth)?);
                    Some(())
                })?;
                Some(Value::List(values))
            }
            b'{' => {
                let mut properties = Vec::new();
                self.items(b'}', depth, |reader, depth| {
                    reader.space();
                    let name = reader.string()?;
                    reader.byte(b':')?;
                    properties.push((name, reader.value(depth)?));
                    Some(())
                })?;
                Some(Value::Object(properties))
            }
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let rest = &self.text[self.at..];
                let word = ["null", "true", "false"].into_iter().find(|word| rest.starts_with(word))?;
                self.at += word.len();
                Some(Value::Word(word))
            }
        }
    }

    /// An opening bracket, items with commas between them, and the closing bracket.
    fn items(
        &mut self,
        close: u8,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.at += 1;
        if self.byte(close).is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            if self.byte(close).is_some() {
                return Some(());
            }
            self.byte(b',')?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let rest = &self.text[self.at..];
        let end = rest.find(|char| !matches!(char, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let number = &rest[..end.unwrap_or(rest.len())];
        if !decimal::is_json(number) {
            return None;
        }
        self.at += number.len();
        Some(Value::Number(number.into()))
    }

    fn string(&mut self) -> Option<String> {
        let mut text = String::new();
        if self.peek() != Some(b'"') {
            return None;
        }
        self.at += 1;
        loop {
            let char = self.text[self.at..].chars().next().filter(|&char| char >= ' ')?;
            self.at += char.len_utf8();
            match char {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                _ => text.push(char),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => byte.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(first);
                }
                // The first half of a character of two.
                self.at += self.text[self.at..].strip_prefix("\\u").map(|_| 2)?;
                let second = self.unit()?.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
                return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second);
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.chars().try_fold(0, |n, digit| Some(n * 16 + digit.to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value as Oracle;

    /// Both read it and mean the same, or neither reads it.
    fn agree(text: &str) {
        match (Value::parse(text), serde_json::from_str::<Oracle>(text)) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(serde_json::from_str::<Oracle>(&ours.to_text()).unwrap(), theirs, "{text}");
            }
            (Err(_), Err(_)) => {}
            // Numbers are read when their value is asked for.
            (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => {}
            (ours, theirs) => panic!("{text}: {ours:?} and {theirs:?}"),
        }
    }

    #[test]
    fn it_reads_what_serde_json_reads() {
        let texts = [
            r#"{"a": [1, 2.50, -3e-4, 0], "b": {"c": null, "d": [true, false]}, "e": ""}"#,
            r#" [ ] "#,
            "\t{ }\n",
            r#""\"\\\/\b\f\n\r\t\u0041\uD55c\ud83d\ude00 한글""#,
            r#""\ud83d""#,
            r#""\ud83d\u0041""#,
            r#""\ude00""#,
            r#""\x""#,
            "\"a\nb\"",
            "\"open",
            "[1,]",
            "[,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "nul",
            "nulls",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "--1",
            "1e",
            "1e5",
            "1 1",
            "",
            "[",
            "]",
        ];
        texts.into_iter().for_each(agree);
        assert!(Value::parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn numbers_keep_every_bit() {
        let object = Value::from([
            ("word", Value::from(u64::MAX)),
            ("rate", Value::from(1e-8f32)),
            ("list", Value::from(&[0, 1 << 60][..])),
        ]);
        let text = object.to_text();
        assert_eq!(text, r#"{"word":18446744073709551615,"rate":0.00000001,"list":[0,1152921504606846976]}"#);
        let read = Value::parse(&text).unwrap();
        assert_eq!(read, object);
        assert_eq!(read.get("word").and_then(Value::integer), Some(u64::MAX));
        assert_eq!(read.get("rate").and_then(Value::float), Some(1e-8));
        assert_eq!(read.get("list").and_then(Value::integers), Some(vec![0, 1 << 60]));
        assert_eq!(read.get("rate").and_then(Value::integer), None);
    }

    proptest! {
        #[test]
        fn it_agrees_on_any_text(text in "[\\[\\]{}\",:0-9eE+.\\\\untrlfas -]{0,24}") {
            agree(&text);
        }

        #[test]
        fn strings_come_back(text: String) {
            let value = Value::from(&text[..]);
            prop_assert_eq!(serde_json::from_str::<String>(&value.to_text()).unwrap(), text);
            prop_assert_eq!(Value::parse(&value.to_text()), Ok(value));
        }
    }
}
