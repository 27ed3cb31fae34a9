val_images, val_labels = train_images[:VALIDATION], train_labels[:VALIDATION]
train_images, train_labels = train_images[VALIDATION:], train_labels[VALIDATION:]
print(f"{len(train_images):,} + {len(val_images):,} + {len(test_images):,}")
# %% [markdown] network
