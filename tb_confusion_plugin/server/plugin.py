"""The routes: each translates a request, the rest decides. http_api.md describes them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_confusion_plugin.server.catalog import Catalog
from tb_confusion_plugin.server.history import stream_frames
from tb_confusion_plugin.server.loader import DEFAULT_SAMPLES
from tb_confusion_plugin.server.reader import Reader
from tb_confusion_plugin.server.static_files import load_static
from tb_confusion_plugin.storage.metadata import PLUGIN_NAME, class_names_hash

if TYPE_CHECKING:
    from tb_confusion_plugin.core.matrix import ConfusionMatrix

_YEAR_S = 365 * 24 * 3600
# What rates can be shares of.
_SHARES = ("true", "pred", "all")

Handler = Callable[["ConfusionPlugin", wrappers.Request], wrappers.Response]


def _route(handler: Handler) -> Callable[[ConfusionPlugin, Any, Any], Any]:
    """Makes a WSGI application of a handler, and JSON of the errors that are the caller's."""

    @functools.wraps(handler)
    def application(self: ConfusionPlugin, environ: Any, start_response: Any) -> Any:
        request = wrappers.Request(environ)
        try:
            response = (
                handler(self, request) if request.method in ("GET", "HEAD") else _error(request, "only GET is answered here", 405)
            )
        except errors.PublicError as error:
            response = _error(request, str(error), error.http_code)
        return response(environ, start_response)

    return application


class _NotModified(wrappers.Response):
    """Werkzeug drops the Content-Type of a 304, which TensorBoard's security validator then misses."""

    def get_wsgi_headers(self, environ: Any) -> Any:  # noqa: ARG002  # Werkzeug's own signature
        """The headers as they are."""
        return self.headers


class ConfusionPlugin(base_plugin.TBPlugin):  # type: ignore[misc]  # TensorBoard has no annotations
    """Serves the page, and the data that it draws."""

    plugin_name = PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        """Only remembers: whatever fails here would take the tab away.

        Args:
            context: TensorBoard's context.
        """
        samples = getattr(context.flags, "samples_per_plugin", None) or {}
        self._catalog = Catalog(Reader(context.data_provider), samples.get(PLUGIN_NAME, DEFAULT_SAMPLES))

    def get_plugin_apps(self) -> dict[str, Any]:
        """The routes, below `data/plugin/confusion`."""
        return {
            "/series": self._serve_series,
            "/classes": self._serve_classes,
            "/matrix": self._serve_matrix,
            "/history": self._serve_history,
            "/order": self._serve_order,
            "/compare": self._serve_compare,
            "/export": self._serve_export,
            "/static/index.js": self._serve_static,
            "/static/*": self._serve_static,
        }

    def is_active(self) -> bool:
        """TensorBoard itself knows whether there are data of this plugin."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """The tab's name, and the module that draws it."""
        return base_plugin.FrontendMetadata(es_module_path="/static/index.js", tab_name="Confusion")

    @_route
    def _serve_series(self, request: wrappers.Request) -> wrappers.Response:
        ctx, experiment = _context(request)
        body = self._catalog.list_series(ctx, experiment, check="quick" not in request.args).body
        if request.if_none_match.contains_weak(body.etag.removeprefix("W/").strip('"')):
            response: wrappers.Response = _NotModified(status=304, content_type="application/json")
            response.headers.update({"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache, must-revalidate"})
        else:
            response = _respond(request, body.gzipped, "application/json", content_encoding="gzip")
        response.headers.update({"ETag": body.etag, "Vary": "Accept-Encoding"})
        return response

    @_route
    def _serve_classes(self, request: wrappers.Request) -> wrappers.Response:
        ctx, experiment = _context(request)
        metadata = self._catalog.metadata(self._catalog.find(ctx, experiment, _arg(request, "run"), _arg(request, "tag")))
        return _json(
            request,
            {
                "class_names": metadata.class_names,
                "class_names_hash": class_names_hash(metadata.class_names).hex(),
                "class_groups": metadata.class_groups,
                "special_class": metadata.special_class,
                "title": metadata.title,
                "description": metadata.description,
            },
        )

    @_route
    def _serve_matrix(self, request: wrappers.Request) -> wrappers.Response:
        ctx, experiment = _context(request)
        wall_time = _number_arg(request, "wall_time", float)
        series, datum = self._catalog.find_datum(
            ctx, experiment, _arg(request, "run"), _arg(request, "tag"), _number_arg(request, "step", int)
        )
        if wall_time is not None and datum.wall_time != wall_time:
            raise errors.NotFoundError(
                f"no confusion matrix written at {wall_time} at step {datum.step}; it was written again at {datum.wall_time}"
            )
        response = _respond(request, self._catalog.read(experiment, series, datum), "application/octet-stream")
        if wall_time is not None and "step" in request.args:
            response.headers["Cache-Control"] = f"private, max-age={_YEAR_S}, immutable"
            response.headers.pop("Expires", None)
        return response

    @_route
    def _serve_history(self, request: wrappers.Request) -> wrappers.Response:
        ctx, experiment = _context(request)
        from_step = _number_arg(request, "from_step", int)
        series, _ = self._catalog.find_datum(ctx, experiment, _arg(request, "run"), _arg(request, "tag"), None)
        data = [datum for datum in series.data if from_step is None or datum.step >= from_step]
        frames = stream_frames(data, functools.partial(self._catalog.read, experiment, series))
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}  # TensorBoard's own Respond can't stream
        return wrappers.Response(frames, headers=headers, content_type="application/octet-stream")

    @_route
    def _serve_order(self, request: wrappers.Request) -> wrappers.Response:
        from tb_confusion_plugin.server.order import order_of  # noqa: PLC0415  # SciPy isn't loaded until somebody asks

        ctx, experiment = _context(request)
        run, tag = _arg(request, "run"), _arg(request, "tag")
        series, datum = self._catalog.find_datum(ctx, experiment, run, tag, _number_arg(request, "step", int))
        order = order_of(self._catalog.read(experiment, series, datum))
        return _json(request, {"run": run, "tag": tag, "step": datum.step, **order})

    @_route
    def _serve_export(self, request: wrappers.Request) -> wrappers.Response:
        from tb_confusion_plugin.server import export  # noqa: PLC0415  # SciPy isn't loaded until somebody asks

        file_format = _choice_arg(request, "format", ("json", "csv", "latex"), "json")
        normalize = _choice_arg(request, "normalize", _SHARES, None)
        where, matrix, left_out = self._load_matrix(request)
        if file_format == "json":
            return _json(request, {**where, **export.to_json(matrix, normalize, left_out)})
        source = export.Source(where["run"], where["tag"], where["step"])
        if file_format == "csv":
            return _respond(request, export.to_csv(matrix, source, normalize), "text/csv")
        return _respond(request, export.to_latex(matrix, source, normalize), "text/plain")

    @_route
    def _serve_compare(self, request: wrappers.Request) -> wrappers.Response:
        from tb_confusion_plugin.server.compare import Side, compare_to_json  # noqa: PLC0415  # SciPy isn't loaded until asked for

        normalize = _choice_arg(request, "normalize", _SHARES, "true")
        is_significant_only = _choice_arg(request, "cells", ("all", "significant"), "all") == "significant"
        (where_a, a, left_out_a), (where_b, b, left_out_b) = (self._load_matrix(request, side) for side in ("_a", "_b"))
        sides = Side(a, left_out_a), Side(b, left_out_b)
        compared = compare_to_json(*sides, normalize or "true", is_significant_only=is_significant_only)
        return _json(request, {"a": where_a, "b": where_b, **compared})

    def _load_matrix(self, request: wrappers.Request, side: str = "") -> tuple[dict[str, Any], ConfusionMatrix, int | None]:
        """Where the matrix comes from that a request names, the matrix, and the class that averages leave out."""
        from tb_confusion_plugin.server.export import load_matrix  # noqa: PLC0415  # see above

        ctx, experiment = _context(request)
        run, tag, step = _arg(request, f"run{side}"), _arg(request, f"tag{side}"), _number_arg(request, f"step{side}", int)
        series, datum = self._catalog.find_datum(ctx, experiment, run, tag, step)
        metadata = self._catalog.metadata(series)
        matrix = load_matrix(self._catalog.read(experiment, series, datum), metadata.class_names)
        where = {"run": run, "tag": tag, "step": datum.step, "wall_time": datum.wall_time}
        special = metadata.special_class
        is_left_out = _choice_arg(request, "averages", ("all", "without_special"), "all") == "without_special"
        return where, matrix, special if is_left_out and special is not None and special < matrix.num_classes else None

    @_route
    def _serve_static(self, request: wrappers.Request) -> wrappers.Response:
        content, content_type = load_static(request.path.rsplit("/", 1)[-1])
        return _respond(request, content, content_type, content_encoding="gzip")


def _context(request: wrappers.Request) -> tuple[Any, str]:
    return plugin_util.context(request.environ), plugin_util.experiment_id(request.environ)


def _json(request: wrappers.Request, content: dict[str, Any], code: int = 200) -> wrappers.Response:
    return _respond(request, content, "application/json", code=code)


def _respond(request: wrappers.Request, content: Any, content_type: str, **options: Any) -> wrappers.Response:
    """With the headers that TensorBoard's security validator asks for."""
    response: wrappers.Response = http_util.Respond(request, content, content_type, **options)
    return response


def _error(request: wrappers.Request, message: str, code: int) -> wrappers.Response:
    return _json(request, {"error": message}, code)


def _arg(request: wrappers.Request, name: str) -> str:
    value = request.args.get(name)
    if value is None:
        raise errors.InvalidArgumentError(f"missing {name}: add {name}= to the query")
    return value


def _choice_arg(request: wrappers.Request, name: str, choices: tuple[str, ...], default: str | None) -> str | None:
    value = request.args.get(name, default)
    if value is not default and value not in choices:
        raise errors.InvalidArgumentError(f"unknown {name} {value!r}; ask for {', '.join(choices)}")
    return value


def _number_arg(request: wrappers.Request, name: str, parse: Callable[[str], Any]) -> Any:
    text = request.args.get(name)
    try:
        return None if text is None else parse(text)
    except ValueError as error:
        raise errors.InvalidArgumentError(f"invalid {name}: {text!r} isn't a number") from error
