"""The plugin inside TensorBoard. TensorBoard imports it at start: nothing heavy may be imported here."""
