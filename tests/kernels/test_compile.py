"""Compiled or not, kept on disk or not: the kernels answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from offbeat.kernels._compile import compiled
from offbeat.kernels.threads import cores, in_slices


def test_a_function_is_compiled_even_where_nothing_can_be_kept() -> None:
    space: dict[str, Any] = {}
    exec("def twice(x): return 2.0 * x", space)  # noqa: S102 - a function without a file has no place for a cache
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(space["twice"])
    assert compiled(space["twice"])(4.0) == 8.0


def test_infinities_are_left_alone_by_the_compiler() -> None:
    def least(x: np.ndarray) -> float:
        low = np.inf
        for value in x:
            low = min(low, value)
        return low

    assert compiled(least)(np.empty(0)) == np.inf


def test_importing_the_detectors_does_not_load_the_compiler() -> None:
    program = (
        "import sys, offbeat.detectors.subsequence.knn, offbeat.detectors.subsequence.matrix_profile, "
        "offbeat.detectors.outlier.isolation_forest; "
        "print([name for name in ('numba', 'sklearn', 'scipy', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_kernels_do_not_load_the_linear_algebra_of_scipy_and_leave_it_whole() -> None:
    program = (
        "import sys, numpy as np; from offbeat.kernels.join import moments; moments(np.arange(9.0), 3); "
        "print('scipy.linalg' in sys.modules); import numba, numba.np.arraymath, scipy.linalg; "
        "from scipy.linalg import cython_blas; "
        "print(numba.np.arraymath._HAVE_BLAS, scipy.linalg.inv(np.eye(2)).tolist()); "
        "print('dgemm' in cython_blas.__pyx_capi__); "
        "print(numba.njit(lambda a: np.dot(a, a))(np.eye(2)).tolist())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    whole = "[[1.0, 0.0], [0.0, 1.0]]"
    assert done.stdout.splitlines() == ["False", f"True {whole}", "True", whole]


@pytest.mark.slow
def test_kernels_are_plain_functions_too() -> None:
    program = (
        "import numpy as np; from offbeat.core.registry import detector; "
        "x = np.sin(np.arange(120.0)); x[60] = 3; "
        "print([int(detector(name, window=4).fit(x).score(x).argmax()) for name in ('knn', 'matrix_profile')])"
    )
    results = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"NUMBA_DISABLE_JIT": flag}
        ).stdout
        for flag in ("0", "1")
    ]
    assert results[0] == results[1]
    assert results[0].startswith("[")


def test_every_slice_is_done_once() -> None:
    seen = np.zeros(103, dtype=int)

    def count(first: int, last: int) -> None:
        seen[first:last] += 1

    in_slices(count, 103, 10, threads=3)
    in_slices(count, 103, 200)
    assert (seen == 2).all()
    assert cores() >= 1


def test_what_a_slice_raises_comes_through() -> None:
    def fail(first: int, last: int) -> None:
        raise ValueError(f"slice {first} to {last}")

    with pytest.raises(ValueError, match="slice 0 to 10"):
        in_slices(fail, 103, 10, threads=3)


@pytest.mark.slow
def test_a_full_disk_does_not_stop_a_kernel(tmp_path: Path) -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); import numpy as np; "
        "from offbeat.core.registry import detector; x = np.sin(np.arange(300.0)); x[60] = 3; "
        "print(int(detector('knn', window=4).fit(x).score(x).argmax()))"
    )
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    assert 56 <= int(done.stdout) <= 64
