"""Well-known public indexes beside PyPI and npm: never foreign, asked without credentials.

A short list, kept by hand. An entry is added when an index is run by a known organisation, is open to everybody to
read and to nobody else to write, and its own documentation tells people to name it in their projects. A mirror of
PyPI or npm is not added: it decides which bytes arrive, so it is for the operator to name it.
"""

from __future__ import annotations

from datetime import date

from depaudit.indexes.urls import IndexUrl, is_under, parse
from depaudit.model.names import Ecosystem
from depaudit.model.record import record

REVIEWED = date(2026, 11, 23)
"""The day on which the list was last gone through."""


@record
class WellKnown:
    """A public index of others. ``base`` and everything below it belongs to it; ``note`` says whose it is."""

    ecosystem: Ecosystem
    base: IndexUrl
    note: str


def _pypi(base: str, note: str) -> WellKnown:
    return WellKnown(ecosystem=Ecosystem.PYPI, base=parse(base), note=note)


def _npm(base: str, note: str) -> WellKnown:
    return WellKnown(ecosystem=Ecosystem.NPM, base=parse(base), note=note)


WELL_KNOWN: tuple[WellKnown, ...] = (
    _pypi("https://download.pytorch.org/whl/", "PyTorch's builds for CUDA, ROCm, XPU and CPU"),
    _pypi("https://download-r2.pytorch.org/whl/", "PyTorch's builds, the same on another host"),
    _pypi("https://data.pyg.org/whl/", "PyTorch Geometric's compiled extensions"),
    _pypi("https://data.dgl.ai/wheels/", "Deep Graph Library's builds"),
    _pypi("https://download.openmmlab.com/", "OpenMMLab's builds of mmcv"),
    _pypi("https://wheels.vllm.ai/", "vLLM's builds of each commit"),
    _pypi("https://pypi.nvidia.com/", "NVIDIA's packages (CUDA, RAPIDS, TensorRT)"),
    _pypi("https://pypi.ngc.nvidia.com/", "NVIDIA's packages, the older address"),
    _pypi("https://developer.download.nvidia.com/compute/redist/", "NVIDIA's builds for Jetson and DALI"),
    _pypi("https://storage.googleapis.com/jax-releases/", "Google's builds of JAX for CUDA and TPU"),
    _pypi("https://storage.googleapis.com/libtpu-releases/", "Google's TPU runtime"),
    _pypi("https://storage.googleapis.com/libtpu-wheels/", "Google's TPU runtime, nightly"),
    _pypi("https://us-python.pkg.dev/ml-oss-artifacts-published/jax/", "Google's nightly builds of JAX"),
    _pypi("https://repo.radeon.com/rocm/", "AMD's builds for ROCm"),
    _pypi("https://rocm.nightlies.amd.com/", "AMD's nightly builds for ROCm"),
    _pypi("https://pytorch-extension.intel.com/release-whl/", "Intel's extension for PyTorch"),
    _pypi("https://software.repos.intel.com/python/pypi/", "Intel's packages (oneAPI)"),
    _pypi("https://pypi.anaconda.org/scientific-python-nightly-wheels/", "nightly builds of NumPy, SciPy and others"),
    _pypi("https://pypi.anaconda.org/rapidsai-wheels-nightly/", "nightly builds of RAPIDS"),
    _pypi("https://pypi.anaconda.org/intel/", "Intel's builds of scientific packages"),
    _pypi("https://www.piwheels.org/simple/", "PyPI's own packages, built for the Raspberry Pi"),
    _pypi("https://piwheels.org/simple/", "the same without www"),
    _pypi("https://wheels.home-assistant.io/", "PyPI's own packages, built for Home Assistant"),
    _npm("https://npm.jsr.io/", "JSR's packages under the names that npm clients use (@jsr/…)"),
)
"""Not in it: test.pypi.org (anybody may publish there, and its names are nobody's on PyPI)."""


def well_known(ecosystem: Ecosystem, url: IndexUrl) -> WellKnown | None:
    """The entry that ``url`` belongs to, if there is one."""
    for entry in WELL_KNOWN:
        if entry.ecosystem is ecosystem and is_under(url, entry.base):
            return entry
    return None
