//! The safetensors container: eight bytes of header length (little-endian), a JSON header padded with spaces, then
//! the tensors' bytes one after the other.
//!
//! Read and written here rather than by the `safetensors` crate, whose hash maps, sorting and generic JSON reader a
//! browser would have to download. That crate is the tests' oracle: it must read every file that is written here, and
//! refuse what is refused here.

use crate::error::excerpt;
use crate::json::Value;

/// Longest header that is read: a network's takes some 100 bytes for each tensor, and a longer one would, read, take
/// many times its length of memory.
const MAX_HEADER: usize = 1 << 20;

/// A tensor as the header describes it.
#[derive(Debug)]
pub(super) struct StoredTensor<'a> {
    pub(super) name: String,
    pub(super) dtype: String,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: &'a [u8],
}

/// A file's tensors in the order of their bytes, and the metadata under one key.
pub(super) type Contents<'a> = (Vec<StoredTensor<'a>>, Option<String>);

/// Reads a file whose tensors cover all of it, without holes and overlaps. An error says why it is none.
pub(super) fn read<'a>(bytes: &'a [u8], metadata_key: &str) -> Result<Contents<'a>, String> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or("it is shorter than a header")?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok();
    let header_and_data = length.and_then(|length| rest.split_at_checked(length));
    let (header, data) = header_and_data.ok_or("its header is cut off")?;
    if header.len() > MAX_HEADER {
        return Err("its header is too long for a network's".into());
    }
    let header = std::str::from_utf8(header).map_err(|_| "its header is no text")?;
    let Value::Object(header) = Value::parse(header)? else { return Err("its header is no object".into()) };

    let mut metadata = None;
    let mut found: Vec<([usize; 2], StoredTensor<'a>)> = Vec::with_capacity(header.len());
    for (name, value) in header {
        if name == "__metadata__" {
            metadata = value.get(metadata_key).and_then(Value::text).map(str::to_owned);
            continue;
        }
        let (range, entry) = entry(name, &value, data)?;
        let place = found.partition_point(|(other, _)| *other <= range);
        found.insert(place, (range, entry));
    }
    let mut end = 0;
    for ([start, stop], entry) in &found {
        if *start != end {
            return Err(format!("`{}` begins at byte {start}, not {end}", excerpt(&entry.name)));
        }
        end = *stop;
    }
    if end != data.len() {
        return Err(format!("its tensors end at byte {end} of {}", data.len()));
    }
    Ok((found.into_iter().map(|(_, entry)| entry).collect(), metadata))
}

fn entry<'a>(name: String, value: &Value, data: &'a [u8]) -> Result<([usize; 2], StoredTensor<'a>), String> {
    let wrong = |what: &str| format!("`{}` has no valid {what}", excerpt(&name));
    let numbers = |key: &str| -> Option<Vec<usize>> {
        value.get(key)?.integers()?.into_iter().map(|number| usize::try_from(number).ok()).collect()
    };
    let dtype = value.get("dtype").and_then(Value::text).ok_or_else(|| wrong("dtype"))?.to_owned();
    let shape = numbers("shape").ok_or_else(|| wrong("shape"))?;
    let range: [usize; 2] = numbers("data_offsets")
        .and_then(|range| range.try_into().ok())
        .ok_or_else(|| wrong("data_offsets"))?;
    let bytes = data.get(range[0]..range[1]).ok_or_else(|| wrong("data_offsets"))?;
    if dtype == super::F32 {
        let length = shape.iter().try_fold(4usize, |n, &d| n.checked_mul(d));
        if length != Some(bytes.len()) {
            return Err(wrong("length"));
        }
    }
    Ok((range, StoredTensor { name, dtype, shape, bytes }))
}

/// Writes `F32` tensors in the order given, and one string of metadata.
pub(super) fn write(tensors: &[super::Tensor<'_>], metadata_key: &str, metadata: &str) -> Vec<u8> {
    let mut properties =
        vec![("__metadata__".to_owned(), Value::from([(metadata_key, Value::from(metadata))]))];
    let mut end = 0u64;
    for tensor in tensors {
        let start = end;
        end += size_of_val(tensor.values) as u64;
        let twice = properties.iter().any(|(name, _)| *name == tensor.name);
        assert!(!twice, "a name for each tensor");
        let shape: Vec<u64> = tensor.shape.iter().map(|&size| size as u64).collect();
        let entry = [
            ("dtype", Value::from(super::F32)),
            ("shape", Value::from(&shape[..])),
            ("data_offsets", Value::from(&[start, end][..])),
        ];
        properties.push((tensor.name.clone(), entry.into()));
    }
    let mut header = Value::Object(properties).to_text();
    // Tensors begin at a multiple of eight, so that readers may map them in place.
    header.extend(std::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
    let mut bytes = Vec::with_capacity(8 + header.len() + end as usize);
    bytes.extend((header.len() as u64).to_le_bytes());
    bytes.extend(header.as_bytes());
    for tensor in tensors {
        assert_eq!(
            tensor.values.len(),
            tensor.shape.iter().product::<usize>(),
            "a tensor as large as its shape"
        );
        bytes.extend(tensor.values.iter().flat_map(|value| value.to_le_bytes()));
    }
    bytes
}
