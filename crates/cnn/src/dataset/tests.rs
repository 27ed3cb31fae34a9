use super::*;
use crate::rng::Rng;
use proptest::prelude::*;

fn info(counts: [usize; 3]) -> DatasetInfo {
    let [train, validation, test] = counts;
    DatasetInfo {
        name: "tiny".into(),
        height: 2,
        width: 3,
        channels: 1,
        classes: 4,
        counts: Counts { train, validation, test },
        block: 2,
    }
}

fn idx(magic: u32, sizes: &[u32], body: &[u8]) -> Vec<u8> {
    let header = std::iter::once(&magic).chain(sizes).flat_map(|word| word.to_be_bytes());
    header.chain(body.iter().copied()).collect()
}

fn images(n: u32) -> Vec<u8> {
    idx(0x803, &[n, 2, 3], &(0..n as u8 * 6).collect::<Vec<_>>())
}

fn labels(labels: &[u8]) -> Vec<u8> {
    idx(0x801, &[labels.len() as u32], labels)
}

#[test]
fn shards_arrive_one_after_the_other() {
    let mut data = ImageDataset::new(info([3, 0, 1])).unwrap();
    assert_eq!(data.append(Split::Train, &images(2), &labels(&[3, 0])), Ok(2));
    assert_eq!(data.append(Split::Train, &images(1), &labels(&[1])), Ok(3));
    assert_eq!((data.available(Split::Train), data.available(Split::Test)), (3, 0));
    assert_eq!(data.image(Split::Train, 1).unwrap(), [6, 7, 8, 9, 10, 11]);
    assert_eq!(data.label(Split::Train, 2), Ok(1));
    let (mut input, mut batch_labels) = ([f32::NAN; 12], [9; 2]);
    data.fill_batch(Split::Train, &[1, 0], &mut input, &mut batch_labels).unwrap();
    assert_eq!((input[0], input[11], batch_labels), (6.0 / 255.0, 5.0 / 255.0, [0, 3]));
    assert_eq!(data.pixels(Split::Train, 1).unwrap(), input[..6]);
    assert_eq!(data.pixels(Split::Train, 3).unwrap_err().code(), "no_such_image");
}

#[test]
fn four_files_are_a_data_set() {
    let (train_images, train_labels) = (images(3), labels(&[3, 0, 1]));
    let (test_images, test_labels) = (images(1), labels(&[2]));
    let files = IdxFiles {
        train_images: &train_images,
        train_labels: &train_labels,
        test_images: &test_images,
        test_labels: &test_labels,
    };
    let data = ImageDataset::from_idx("tiny", 4, &files).unwrap();
    assert_eq!(data.info(), &DatasetInfo { block: 3, ..info([3, 0, 1]) });
    assert_eq!((data.available(Split::Train), data.available(Split::Test)), (3, 1));
    assert_eq!(data.label(Split::Test, 0), Ok(2));
    let code =
        |classes, files: &IdxFiles<'_>| ImageDataset::from_idx("tiny", classes, files).unwrap_err().code();
    assert_eq!(code(3, &files), "label_out_of_range");
    assert_eq!(code(4, &IdxFiles { test_labels: &train_labels, ..files }), "count_mismatch");
    assert_eq!(
        code(4, &IdxFiles { test_images: &idx(0x803, &[1, 3, 2], &[0; 6]), ..files }),
        "shape_mismatch"
    );
    assert_eq!(code(4, &IdxFiles { train_images: &idx(0x803, &[0, 2, 3], &[]), ..files }), "zero_size");
    assert_eq!(code(4, &IdxFiles { train_images: &train_labels, ..files }), "idx_magic");
}

#[test]
fn what_is_wrong_with_a_shard_is_said_and_nothing_is_added() {
    let mut data = ImageDataset::new(info([3, 0, 1])).unwrap();
    let mut code =
        |split, images: &[u8], labels: &[u8]| data.append(split, images, labels).unwrap_err().code();
    assert_eq!(code(Split::Train, b"\x1f\x8b\x08\x00 gzip", &labels(&[])), "idx_magic");
    assert_eq!(code(Split::Train, &images(2), &images(2)), "idx_magic");
    assert_eq!(code(Split::Train, &images(2)[..20], &labels(&[0, 1])), "idx_length");
    assert_eq!(code(Split::Train, &images(2)[..9], &labels(&[0, 1])), "idx_length");
    assert_eq!(code(Split::Train, b"", &labels(&[0, 1])), "idx_length");
    assert_eq!(code(Split::Train, &images(2), &[labels(&[0, 1]), vec![0]].concat()), "idx_length");
    assert_eq!(code(Split::Train, &idx(0x803, &[u32::MAX; 3], &[]), &labels(&[])), "idx_length");
    assert_eq!(code(Split::Train, &images(2), &labels(&[0])), "count_mismatch");
    assert_eq!(code(Split::Train, &images(2), &labels(&[0, 4])), "label_out_of_range");
    assert_eq!(code(Split::Test, &images(2), &labels(&[0, 1])), "split_full");
    assert_eq!(code(Split::Train, &idx(0x803, &[1, 3, 2], &[0; 6]), &labels(&[0])), "shape_mismatch");
    assert_eq!(code(Split::Train, &idx(0x804, &[1, 2, 3, 3], &[0; 18]), &labels(&[0])), "shape_mismatch");
    assert_eq!(data.available(Split::Train), 0);
    assert_eq!(data.image(Split::Train, 0).unwrap_err().code(), "no_such_image");
}

#[test]
fn colour_images_come_as_idx4() {
    let mut data = ImageDataset::new(DatasetInfo { channels: 3, ..info([1, 0, 0]) }).unwrap();
    let pixels: Vec<u8> = (0..18).collect();
    data.append(Split::Train, &idx(0x804, &[1, 2, 3, 3], &pixels), &labels(&[2])).unwrap();
    assert_eq!(data.image(Split::Train, 0).unwrap(), pixels);
}

#[test]
fn what_can_not_be_declared() {
    let code = |info| ImageDataset::new(info).unwrap_err().code();
    assert_eq!(code(info([0, 0, 0])), "zero_size");
    assert_eq!(code(DatasetInfo { classes: 1, ..info([1, 0, 0]) }), "out_of_range");
    assert_eq!(code(DatasetInfo { block: 0, ..info([1, 0, 0]) }), "zero_size");
    assert_eq!(code(DatasetInfo { height: 1 << 20, width: 1 << 20, ..info([1, 0, 0]) }), "too_large");
    assert_eq!(code(info([usize::MAX, 0, 0])), "too_large");
}

#[test]
fn the_first_epoch_keeps_to_its_blocks() {
    let order = epoch_order(12, 5, 0, &mut Rng::seed_from_u64(1));
    for block in [0..5, 5..10, 10..12] {
        let mut part = order[block.clone()].to_vec();
        part.sort_unstable();
        assert_eq!(part, block.map(|i| i as u32).collect::<Vec<_>>());
    }
}

proptest! {
    #[test]
    fn every_epoch_visits_every_image_once(count in 1usize..300, block in 1usize..80, epoch in 0u64..3, seed: u64) {
        let mut order = epoch_order(count, block, epoch, &mut Rng::seed_from_u64(seed));
        prop_assert_eq!(&order, &epoch_order(count, block, epoch, &mut Rng::seed_from_u64(seed)));
        order.sort_unstable();
        prop_assert_eq!(order, (0..count as u32).collect::<Vec<_>>());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), magic in 0u32..4) {
        let _ = (IdxImages::parse(&bytes), IdxLabels::parse(&bytes));
        let with_magic = idx(0x801 + magic, &[], &bytes);
        let _ = (IdxImages::parse(&with_magic), IdxLabels::parse(&with_magic));
    }
}
