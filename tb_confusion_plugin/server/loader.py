"""The entry point: how TensorBoard finds, configures and loads the plugin."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from tensorboard.plugins import base_plugin

if TYPE_CHECKING:
    from tb_confusion_plugin.server.plugin import ConfusionPlugin

# Of blobs TensorBoard keeps 10 steps a tag by default, of tensors 10 or 100: too few to see a training by.
DEFAULT_SAMPLES = 1000
_PLUGIN_NAME = "confusion"


class ConfusionLoader(base_plugin.TBLoader):  # type: ignore[misc]  # TensorBoard has no annotations
    """Loads the plugin, and keeps 1,000 steps a series unless the user says otherwise."""

    def fix_flags(self, flags: Namespace) -> None:
        """Sets the sampling; a value given with --samples_per_plugin wins."""
        if flags.samples_per_plugin is None:
            flags.samples_per_plugin = {}
        flags.samples_per_plugin.setdefault(_PLUGIN_NAME, DEFAULT_SAMPLES)

    def load(self, context: base_plugin.TBContext) -> ConfusionPlugin:
        """Makes the plugin; what it needs is imported now and not when TensorBoard looks for plugins."""
        from tb_confusion_plugin.server.plugin import ConfusionPlugin  # noqa: PLC0415  # see above

        return ConfusionPlugin(context)
