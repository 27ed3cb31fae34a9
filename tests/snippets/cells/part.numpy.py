# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
field = 1
for _ in range(3):
    field += 3 - 1
field   # 7
