/* The floor of counting dense: one pass, each label checked. Returns the place of the first label that is out of range, or -1. */
#include <stdint.h>

int64_t count_loop(const int64_t *y_true, const int64_t *y_pred, int64_t num_labels, int64_t num_classes, int64_t *counts) {
  for (int64_t i = 0; i < num_labels; i++) {
    const uint64_t true_class = (uint64_t)y_true[i], pred_class = (uint64_t)y_pred[i];
    if (true_class >= (uint64_t)num_classes || pred_class >= (uint64_t)num_classes) return i;
    counts[true_class * (uint64_t)num_classes + pred_class]++;
  }
  return -1;
}
