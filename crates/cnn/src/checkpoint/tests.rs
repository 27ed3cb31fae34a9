use super::*;
use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

const WEIGHT: [f32; 6] = [0.0, -0.0, 1.5, f32::MIN_POSITIVE, f32::MAX, -3.25];

fn state() -> Value {
    Value::from([("rng", Value::from(&[u64::MAX, 1, 0, 1 << 60][..])), ("step", 7.into())])
}

fn file() -> Vec<u8> {
    let tensors = [
        Tensor { name: "layer0.weight".into(), shape: &[2, 3], values: &WEIGHT },
        Tensor { name: "layer0.bias".into(), shape: &[3], values: &WEIGHT[..3] },
        Tensor { name: "optim.m.layer0.bias".into(), shape: &[3], values: &WEIGHT[3..] },
    ];
    write_with(Some("input 1x1x2\n"), Some(state()), &tensors)
}

const NETWORK: [(&str, &[usize]); 2] = [("layer0.weight", &[2, 3]), ("layer0.bias", &[3])];

fn plain(tensors: &[(&str, Dtype, &[usize], &[u8])], metadata: Option<(&str, &str)>) -> Vec<u8> {
    let views = tensors
        .iter()
        .map(|&(name, dtype, shape, data)| (name, TensorView::new(dtype, shape.to_vec(), data).unwrap()));
    let metadata = metadata.map(|(key, value)| [(key.to_owned(), value.to_owned())].into_iter().collect());
    safetensors::serialize(views, metadata).unwrap()
}

fn check(bytes: &[u8]) -> Result<()> {
    Checkpoint::read(bytes)?.check(&NETWORK)
}

#[test]
fn what_is_written_is_read_bit_for_bit() {
    let bytes = file();
    let checkpoint = Checkpoint::read(&bytes).unwrap();
    checkpoint.check(&NETWORK).unwrap();
    let mut weight = [f32::NAN; 6];
    checkpoint.copy_into("layer0.weight", &[2, 3], &mut weight).unwrap();
    assert_eq!(weight.map(f32::to_bits), WEIGHT.map(f32::to_bits));
    assert_eq!(checkpoint.state().unwrap(), &state());
    assert_eq!(checkpoint.spec(), Some("input 1x1x2\n"));
    assert_eq!(file(), bytes, "the same bytes every time");
}

/// The values of xxHash's own sanity check, for lengths on each of its ways.
#[test]
fn digests_are_xxh64() {
    assert_eq!(digest(b""), "ef46db3751d8e999");
    assert_eq!(digest(b"abc"), "44bc2cf5ad770999");
    let text = b"Nobody inspects the spammish repetition";
    assert_eq!(digest(text), "fbcea83c8a378bf1");
    for bit in 0..8 * text.len() {
        let mut other = *text;
        other[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(digest(&other), digest(text), "bit {bit}");
    }
}

#[test]
fn the_safetensors_library_reads_what_is_written() {
    let bytes = file();
    let theirs = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(theirs.len(), 3);
    let weight = theirs.tensor("layer0.weight").unwrap();
    assert_eq!((weight.dtype(), weight.shape()), (Dtype::F32, &[2, 3][..]));
    assert_eq!(weight.data(), WEIGHT.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>());
    let (header, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    assert!(metadata.metadata().as_ref().unwrap()[METADATA_KEY].contains(FORMAT));
    assert_eq!(header % 8, 0);
}

#[test]
fn headers_that_lie_are_found_out() {
    let with = |header: &str, data: &[u8]| {
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
    };
    let tensor = |offsets: &str| {
        format!(r#"{{"layer0.bias":{{"dtype":"F32","shape":[1],"data_offsets":{offsets}}}}}"#)
    };
    assert!(Checkpoint::read(&with(&tensor("[0,4]"), &[0; 4])).is_ok());
    let lies = [
        with(&tensor("[0,4]"), &[0; 5]),
        with(&tensor("[0,8]"), &[0; 8]),
        with(&tensor("[4,8]"), &[0; 8]),
        with(&tensor("[4,0]"), &[0; 4]),
        with(&tensor("[0,18446744073709551615]"), &[0; 4]),
        with(&tensor("[-1,4]"), &[0; 4]),
        with(&tensor("[0]"), &[0; 4]),
        with(&tensor("[0,4]").replace("[1]", "[4294967296,4294967296]"), &[0; 4]),
        with(&tensor("[0,4]").replace("[1]", "[1.5]"), &[0; 4]),
        with("[]", &[]),
        with("{\"a\":1}", &[]),
        with(&"[".repeat(10_000), &[]),
        u64::MAX.to_le_bytes().to_vec(),
    ];
    for lie in lies {
        let ours = Checkpoint::read(&lie).unwrap_err();
        assert_eq!(ours.code(), "checkpoint_corrupt");
        assert!(SafeTensors::deserialize(&lie).is_err());
    }
}

/// Each number of a list would take 16 times its two bytes and a block of memory.
#[test]
fn a_header_that_no_network_has_is_refused() {
    let with = |spaces: usize| {
        let header = format!("{{{}}}", " ".repeat(spaces));
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
    };
    assert!(Checkpoint::read(&with((1 << 20) - 2)).is_ok());
    assert_eq!(Checkpoint::read(&with((1 << 20) - 1)).unwrap_err().code(), "checkpoint_corrupt");
}

#[test]
fn any_truncated_file_is_an_error() {
    let bytes = file();
    for len in 0..bytes.len() {
        assert_eq!(check(&bytes[..len]).unwrap_err().code(), "checkpoint_corrupt", "{len} bytes");
    }
    assert_eq!(check(&[&bytes[..], &[0]].concat()).unwrap_err().code(), "checkpoint_corrupt");
    assert_eq!(check(b"\x89PNG\r\n\x1a\n and so on").unwrap_err().code(), "checkpoint_corrupt");
}

#[test]
fn another_network_s_file_names_the_first_tensor_that_differs() {
    let weight = [0u8; 24];
    let other_shape = plain(&[("layer0.weight", Dtype::F32, &[3, 2], &weight)], None);
    let error = check(&other_shape).unwrap_err();
    let shape = |sizes: &[usize]| sizes.to_vec();
    let expected =
        Error::TensorShape { tensor: "layer0.weight".into(), got: shape(&[3, 2]), expected: shape(&[2, 3]) };
    assert_eq!(error, expected);

    let missing = plain(&[("layer0.weight", Dtype::F32, &[2, 3], &weight)], None);
    assert_eq!(check(&missing), Err(Error::TensorMissing { tensor: "layer0.bias".into() }));

    let both: [(&str, Dtype, &[usize], &[u8]); 3] = [
        ("layer0.weight", Dtype::F32, &[2, 3], &weight),
        ("layer0.bias", Dtype::F32, &[3], &weight[..12]),
        ("layer3.weight", Dtype::F32, &[1], &weight[..4]),
    ];
    assert_eq!(check(&plain(&both, None)), Err(Error::TensorUnknown { tensor: "layer3.weight".into() }));
    let halves = plain(&[("layer0.weight", Dtype::F16, &[2, 3], &weight[..12]), both[1]], None);
    assert_eq!(check(&halves).unwrap_err().code(), "tensor_type");
}

#[test]
fn values_that_are_not_finite_are_refused() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut weight = WEIGHT;
        weight[4] = bad;
        let tensors = [
            Tensor { name: "layer0.weight".into(), shape: &[2, 3], values: &weight },
            Tensor { name: "layer0.bias".into(), shape: &[3], values: &weight[..3] },
        ];
        let bytes = write("", &tensors);
        assert_eq!(check(&bytes), Err(Error::TensorNotFinite { tensor: "layer0.weight".into(), index: 4 }));
    }
}

#[test]
fn weights_of_other_programs_are_read_and_other_versions_are_not() {
    let tensors: [(&str, Dtype, &[usize], &[u8]); 2] =
        [("layer0.weight", Dtype::F32, &[2, 3], &[0; 24]), ("layer0.bias", Dtype::F32, &[3], &[0; 12])];
    let pytorch = plain(&tensors, Some(("format", "pt")));
    assert_eq!(check(&pytorch), Ok(()));
    assert_eq!(Checkpoint::read(&pytorch).unwrap().state(), Err(Error::CheckpointNoState));
    let later = plain(&tensors, Some((METADATA_KEY, r#"{"format":"cnn-notebook/2","new":1}"#)));
    assert_eq!(check(&later).unwrap_err().code(), "checkpoint_format");
    let garbled = plain(&tensors, Some((METADATA_KEY, "{")));
    assert_eq!(check(&garbled).unwrap_err().code(), "checkpoint_corrupt");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = check(&bytes);
    }

    #[test]
    fn no_changed_byte_panics(at: proptest::sample::Index, value: u8) {
        let mut bytes = file();
        let at = at.index(bytes.len());
        bytes[at] = value;
        if let Ok(checkpoint) = Checkpoint::read(&bytes) {
            let _ = (checkpoint.check(&NETWORK), checkpoint.state());
        }
    }
}
