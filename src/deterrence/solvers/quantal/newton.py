"""One Newton step on the equations of a batch of logit equilibria, with the branch's tangent beside it."""

from __future__ import annotations

import numpy as np

from deterrence.compiled.points import FloatArray
from deterrence.solvers.quantal.system import LogitSystem

__all__ = ["newton_step"]


def newton_step(system: LogitSystem, theta: FloatArray, lam: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the correction and the tangent d theta / d lam (unknowns, games), and the Jacobian's determinant.

    The equations are theta - lam * gaps(theta) = 0; the tangent solves the same linear system, so both are one
    elimination. The determinant is 1 at lam = 0 and changes sign where the branch folds or bifurcates.
    """
    gaps, slopes = system.gaps(theta)
    n, first = system.unknowns, system.leading
    rhs = np.empty((n, 2, theta.shape[1]))
    np.multiply(gaps, lam, out=rhs[:, 1])
    np.subtract(theta, rhs[:, 1], out=rhs[:, 0])
    rhs[:, 1] = gaps
    slopes *= -lam
    for k in range(first, n):
        slopes[k, k] += 1
    for k in range(first):  # the leading block is the identity
        column = slopes[first:, k]
        slopes[first:, first:] -= column[:, None] * slopes[k, first:]
        rhs[first:] -= column[:, None] * rhs[k]
    det = _eliminate(slopes[first:, first:], rhs[first:])
    for k in range(first, n):
        rhs[:first] -= slopes[:first, k, None] * rhs[k]
    return rhs[:, 0], rhs[:, 1], det


def _eliminate(matrix: FloatArray, rhs: FloatArray) -> FloatArray:
    """Solve matrix (k, k, games) for rhs (k, columns, games) in place without pivoting; return the determinant.

    Where a pivot is zero the result is not finite, which the caller takes for a failed step.
    """
    n = matrix.shape[0]
    det = np.ones(matrix.shape[-1]) if n == 0 else matrix[0, 0].copy()
    for k in range(n):
        if k:
            det *= matrix[k, k]
        inverse = 1 / matrix[k, k]
        rhs[k] *= inverse
        if k + 1 < n:
            matrix[k, k + 1 :] *= inverse
            column = matrix[k + 1 :, k].copy()
            matrix[k + 1 :, k + 1 :] -= column[:, None] * matrix[k, k + 1 :]
            rhs[k + 1 :] -= column[:, None] * rhs[k]
    for k in range(n - 1, 0, -1):
        rhs[:k] -= matrix[:k, k, None] * rhs[k]
    return det
