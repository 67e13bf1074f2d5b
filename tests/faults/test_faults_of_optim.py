"""Faults planted in ``nnlib.optim``, to be noticed by tests/numeric/test_optim.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_optim

CHECKS = checks_in(vars(test_optim))

FAULTS = [
    *faults_in(
        "nnlib.optim",
        ("accumulate_", "v *= momentum", "pass"),
        ("penalized", "weight_decay * w", "w"),
        ("decay_", "lr * weight_decay", "weight_decay"),
        ("heavy_ball_", "-lr * g", "-g"),
        ("rmsprop_centered_", "np.maximum(v - m ** 2, 0)", "v - m ** 2"),
        ("adam_", "average_(m, g, beta1)", "average_(m, g, beta2)"),
        ("adam_", "average_(v, g ** 2, beta2)", "average_(v, g, beta2)"),
        ("adam_", "bias_correction(beta1, t)", "1"),
        ("adam_", "bias_correction(beta2, t)", "1"),
        ("nadam_", "mu_product * mu_next", "mu_product"),
        ("nadam_", "1 - mu", "1 - mu_next"),
        ("nadam_", "g**2", "g"),
        ("NAdam.mu", "0.96", "0.9"),
        ("NAdam.step", "self.mu(self.t + 1)", "self.mu(self.t)"),
        ("lion_", "np.sign(c)", "np.sign(m)"),
        ("lion_", "average_(m, g, beta2)", "average_(m, g, beta1)"),
        ("lion_", "decay_(w, lr, weight_decay)", "pass"),
        (
            "Optimizer.step",
            "grads = self.check_grads(grads)\nself.t += 1",
            "self.t += 1\ngrads = self.check_grads(grads)",
        ),
        (
            "Optimizer.check_grads",
            "len(grads) != len(self.params)",
            "len(grads) < len(self.params) - 1",
        ),
        ("Optimizer._check_writable", "not w.flags.writeable", "False"),
        ("_check_params", "np.shares_memory(a, b)", "a is b"),
        ("_overlaps_itself", "stride * (n - 1)", "0"),
        ("_overlaps_itself", "stride * (n - 1)", "stride * n"),
        ("_overlaps_itself", "n > 1", "True"),
        ("_overlaps_itself", "abs(s)", "s"),
        ("_cubic_minimum", "a.t == b.t", "False"),
        ("clip_norm_", "max_norm / norm", "max_norm"),
        ("clip_norm_", "not math.isfinite(largest)", "False"),
        ("ParameterGroups.lr", "group.lr = value", "pass"),
        ("ParameterGroups.load_state_dict", "group.load_state_dict(own)", "pass"),
        ("blockwise.run", "BLOCK_BYTES // w.itemsize", "BLOCK_BYTES"),
        ("blockwise.run", "range(0, w.size, length)", "range(length, w.size, length)"),
        ("blockwise.run", "range(0, w.size, length)", "range(0, w.size - length, length)"),
        (
            "blockwise.run",
            "w.nbytes <= BLOCK_BYTES or not all((a.flags.c_contiguous for a in arrays))",
            "w.nbytes <= BLOCK_BYTES or not w.flags.c_contiguous or False",
        ),
        ("blockwise.run", "start + length", "start + length - 1"),
        ("momentum_", "1 - dampening", "dampening"),
        ("momentum_", "t == 1 or not dampening", "not dampening"),
        ("momentum_", "momentum * v", "v"),
        ("momentum_", "g + momentum * v if nesterov else v", "v"),
        ("adagrad_", "g ** 2", "g"),
        ("adagrad_", "t - 1", "t"),
        ("adagrad_", "np.sqrt(G) + eps", "np.sqrt(G + eps)"),
        ("rmsprop_", "np.sqrt(v)", "np.sqrt(v + eps)"),
        ("rmsprop_centered_", "v - m ** 2", "v + m ** 2"),
        ("rmsprop_centered_", "v - m ** 2", "v"),
        ("adadelta_", "v + eps", "v"),
        ("adadelta_", "u + eps", "u"),
        ("adadelta_", "d ** 2", "g ** 2"),
        ("adadelta_", "lr * d", "d"),
        ("amsgrad_", "np.maximum(v_max, v, out=v_max)", "v_max[...] = v"),
        ("amsgrad_", "np.maximum(v_max, v, out=v_max)", "np.minimum(v_max, v, out=v_max)"),
        ("adamw_", "len(state) == 2", "len(state) >= 2"),
        ("rprop_", "agree > 0", "agree >= 0"),
        ("rprop_", "np.where(changed, eta_minus, 1)", "np.where(agree < 0, 1, eta_minus)"),
        ("rprop_", "np.minimum(np.maximum(size, smallest), largest)", "np.maximum(size, smallest)"),
        ("rprop_", "np.maximum(size, smallest)", "size"),
        ("rprop_", "np.where(changed, 0, g)", "g"),
        ("rprop_", "np.sign(g_prev)", "np.sign(g)"),
        ("secant_step", "g_prev - g", "g - g_prev"),
        ("quickprop_", "np.minimum(newton, longest)", "newton"),
        (
            "quickprop_",
            "np.where(convex, np.minimum(newton, longest), longest)",
            "np.where(convex, np.minimum(newton, longest), newton)",
        ),
        ("quickprop_", "(g - g_prev) * d > 0", "(g - g_prev) * d < 0"),
        ("quickprop_", "mu * np.abs(d)", "np.abs(d)"),
        ("quickprop_", "-lr * g", "lr * g"),
        ("quickprop_", "-np.sign(g)", "np.sign(d)"),
        ("quickprop_", "g_prev[...] = g", "pass"),
        ("Optimizer.step", "self.t += 1", "self.t += 2"),
        ("Optimizer.lr", "check_number(value, 'lr', 0)", "value"),
        ("Optimizer._check_grad", "g.copy() if id(_owner(g)) in self._memory else g", "g"),
        ("Optimizer._check_grad", "g.shape != w.shape", "g.size != w.size"),
        ("Optimizer.state_dict", "array.copy()", "array"),
        (
            "Optimizer._like_me",
            "array[...] = _stored(plain, f'{name}.{i}', array)",
            "_stored(plain, f'{name}.{i}', array)",
        ),
        ("Optimizer.__setstate__", "self._memory = {id(_owner(w)) for w in self.params}", "pass"),
        ("Optimizer._like_me", "new.t = _check_count(plain['t'])", "_check_count(plain['t'])"),
        ("Optimizer._like_me", "new._single = self._single", "pass"),
        ("Optimizer._like_me", "set(plain) - expected", "set()"),
        (
            "_stored",
            "array.shape != like.shape or array.dtype != like.dtype",
            "array.shape != like.shape",
        ),
        (
            "_stored",
            "array.shape != like.shape or array.dtype != like.dtype",
            "array.dtype != like.dtype",
        ),
        (
            "Optimizer._like_me",
            "type(self)(self.params, **{name: plain[name] for name in self._settings})",
            "type(self)(self.params, lr=plain['lr'])",
        ),
        (
            "Optimizer.state_dict",
            "{name: getattr(self, name) for name in self._settings}",
            "{'lr': self.lr}",
        ),
        ("_check_params", "not w.flags.writeable", "False"),
        ("_check_params", "w.dtype.kind not in 'fO'", "w.dtype.kind in 'i'"),
        ("_check_params", "not arrays", "False"),
        (
            "_check_betas",
            "check_number(beta1, 'betas[0]', 0, 1, ends='[)')",
            "check_number(beta1, 'betas[0]', 0, 1)",
        ),
        ("_check_betas", "check_number(beta2, 'betas[1]', 0, 1, ends='[)')", "beta2"),
        ("SGD.__init__", "self.momentum == 0 or self.dampening != 0", "self.momentum == 0"),
        ("SGD.__init__", "self.momentum == 0 or self.dampening != 0", "self.dampening != 0"),
        (
            "SGD._update",
            (
                "rules.momentum_(w, g, *v, t=self.t, lr=self.lr, momentum=self.momentum, "
                "dampening=self.dampening, nesterov=self.nesterov, "
                "weight_decay=self.weight_decay)"
            ),
            (
                "rules.momentum_(w, g, *v, t=self.t, lr=self.lr, momentum=self.momentum, "
                "dampening=self.dampening, weight_decay=self.weight_decay)"
            ),
        ),
        (
            "SGD._update",
            (
                "rules.momentum_(w, g, *v, t=self.t, lr=self.lr, momentum=self.momentum, "
                "dampening=self.dampening, nesterov=self.nesterov, "
                "weight_decay=self.weight_decay)"
            ),
            (
                "rules.momentum_(w, g, *v, t=self.t, lr=self.lr, momentum=self.momentum, "
                "nesterov=self.nesterov, weight_decay=self.weight_decay)"
            ),
        ),
        (
            "Adagrad.__init__",
            "super().__init__(params, lr, G=self.initial_accumulator_value)",
            "super().__init__(params, lr, G=0)",
        ),
        (
            "Adagrad._update",
            (
                "rules.adagrad_(w, g, *G, t=self.t, lr=self.lr, lr_decay=self.lr_decay, "
                "eps=self.eps, weight_decay=self.weight_decay)"
            ),
            (
                "rules.adagrad_(w, g, *G, t=self.t, lr=self.lr, eps=self.eps, "
                "weight_decay=self.weight_decay)"
            ),
        ),
        (
            "RMSprop._update",
            "rules.rmsprop_centered_ if self.centered else rules.rmsprop_",
            "rules.rmsprop_centered_ if self.momentum else rules.rmsprop_",
        ),
        (
            "RMSprop._update",
            (
                "rule(w, g, *state, lr=self.lr, alpha=self.alpha, eps=self.eps, "
                "momentum=self.momentum, weight_decay=self.weight_decay)"
            ),
            (
                "rule(w, g, *state, lr=self.lr, alpha=self.alpha, eps=self.eps, "
                "weight_decay=self.weight_decay)"
            ),
        ),
        ("RMSprop.__init__", "self.momentum != 0", "False"),
        (
            "Adadelta._update",
            (
                "rules.adadelta_(w, g, *state, lr=self.lr, rho=self.rho, eps=self.eps, "
                "weight_decay=self.weight_decay)"
            ),
            "rules.adadelta_(w, g, *state, lr=self.lr, rho=self.rho, eps=self.eps)",
        ),
        ("Adam._update", "rules.amsgrad_ if self.amsgrad else rules.adam_", "rules.adam_"),
        (
            "AdamW.__init__",
            "super().__init__(params, lr, betas, eps, weight_decay, amsgrad)",
            "super().__init__(params, lr, betas, eps, weight_decay)",
        ),
        ("Rprop.__init__", "check_number(lr, 'lr', 0)", "0.01"),
        (
            "Rprop.__init__",
            "(smallest, check_number(largest, 'step_sizes[1]', smallest))",
            "(0, largest)",
        ),
        ("Quickprop.__init__", "check_number(mu, 'mu', 0, ends='(]')", "mu"),
        ("Adadelta.__init__", "1.0", "0.1"),
        ("Adagrad.__init__", "1e-10", "0.01"),
        ("RMSprop.__init__", "0.99", "0.9"),
        ("AdamW.__init__", "0.01", "0"),
        ("Rprop.__init__", "(0.5, 1.2)", "(0.5, 1.5)"),
        ("two_loop", "a[i] * y[i]", "a[i] * s[i]"),
        ("two_loop", "q - a[i] * y[i]", "q + a[i] * y[i]"),
        ("two_loop", "s[i] @ q / (y[i] @ s[i])", "s[i] @ q"),
        ("two_loop", "reversed(range(len(s)))", "range(len(s))"),
        ("two_loop", "scale * q", "q"),
        ("two_loop", "y[i] @ r", "s[i] @ r"),
        ("two_loop", "a[i] - y[i] @ r / (y[i] @ s[i])", "a[i]"),
        ("LBFGS.__init__", "self.max_iter * 5", "self.max_iter"),
        ("LBFGS.step", "self._move_to(start)", "pass"),
        ("LBFGS.step", "self.__dict__.update(before)", "pass"),
        ("LBFGS._iterate", "self.tolerance_grad", "1000.0"),
        ("LBFGS._iterate", "_largest(g) <= self.tolerance_grad", "False"),
        ("LBFGS._iterate", "self._remember(g)", "pass"),
        (
            "LBFGS._iterate",
            "-two_loop(g, self._s, self._y, self._scale())",
            "two_loop(g, self._s, self._y, self._scale())",
        ),
        (
            "LBFGS._iterate",
            "min(1.0, 1.0 / float(np.sum(np.abs(g)))) if self.t == 0 else 1.0",
            "1.0",
        ),
        ("LBFGS._iterate", "self.t += 1", "pass"),
        ("LBFGS._iterate", "evaluations += search.evaluations", "pass"),
        ("LBFGS._iterate", "iteration < self.max_iter", "True"),
        ("LBFGS._iterate", "(t * d, here.g)", "(d, here.g)"),
        ("LBFGS._iterate", "(t * d, here.g)", "(t * d, g)"),
        ("LBFGS._iterate", "evaluations >= self.max_eval or small or stalled", "small or stalled"),
        ("LBFGS._iterate", "return first", "return loss"),
        ("LBFGS._remember", "g - self._last[1]", "g + self._last[1]"),
        ("LBFGS._remember", "[*self._s, s][-self.history_size:]", "[*self._s, s]"),
        (
            "LBFGS._scale",
            "self._s[-1] @ self._y[-1] / (self._y[-1] @ self._y[-1])",
            "self._s[0] @ self._y[0] / (self._y[0] @ self._y[0])",
        ),
        ("LBFGS._evaluate", "self.evaluations += 1", "pass"),
        ("LBFGS._move_to", "start += w.size", "start += 1"),
        ("LBFGS._like_me", "new._last", "new._t"),
        ("LBFGS._like_me", "(evaluations, rows['s'], rows['y'])", "(0, rows['s'], rows['y'])"),
        ("_Search", "(0.0001, 0.9)", "(0.0001, 0.1)"),
        ("_Search", "(0.0001, 0.9)", "(0.6, 0.9)"),
        (
            "_Search.run",
            "self._too_high(point) or (steps > 1 and point.loss >= last.loss)",
            "False",
        ),
        ("LBFGS._iterate", "self.max_eval - evaluations", "25"),
        (
            "_Search.run",
            "(point.t + 0.01 * (point.t - last.t), point.t * 10)",
            "(point.t, point.t * 2)",
        ),
        ("_Search._zoom", "0.1 * (right - left)", "0.4 * (right - left)"),
        (
            "_Search._zoom",
            "self._too_high(point) or point.loss >= low.loss",
            "self._too_high(point)",
        ),
        ("_Search._zoom", "low if point.slope * (high.t - low.t) >= 0 else high", "high"),
        (
            "_Search._too_high",
            "not point.loss <= self.here.loss + self.c1 * point.t * self.here.slope",
            "point.loss > self.here.loss + self.c1 * point.t * self.here.slope",
        ),
        ("_Search._flat_enough", "abs(point.slope)", "point.slope"),
        ("_in_order", "(b, a) if b.loss < a.loss else (a, b)", "(a, b)"),
        ("_cubic_minimum", "3 * (a.loss - b.loss)", "2 * (a.loss - b.loss)"),
        ("_cubic_minimum", "d1 * d1 - a.slope * b.slope", "d1 * d1 + a.slope * b.slope"),
        ("_cubic_minimum", "b.slope + d2 - d1", "b.slope + d2 + d1"),
        ("_cubic_minimum", "a, b = (b, a)", "pass"),
        ("accumulate_", "v += x", "v -= x"),
        ("penalized", "g + weight_decay * w if weight_decay else g", "g"),
        ("penalized", "weight_decay * w", "weight_decay"),
        ("penalized", "g + weight_decay * w if weight_decay else g", "g + weight_decay * w"),
        ("decay_", "1 - lr * weight_decay", "1 + lr * weight_decay"),
        (
            "sgd_",
            "w -= lr * penalized(g, w, weight_decay)",
            "w += lr * penalized(g, w, weight_decay)",
        ),
        ("sgd_", "lr * penalized(g, w, weight_decay)", "penalized(g, w, weight_decay)"),
        ("sgd_", "penalized(g, w, weight_decay)", "g"),
        (
            "momentum_",
            "accumulate_(v, g if t == 1 or not dampening else (1 - dampening) * g, momentum)",
            "v[...] = g",
        ),
        ("heavy_ball_", "-lr * g", "lr * g"),
        ("heavy_ball_", "w += v", "w -= v"),
        ("rmsprop_", "average_(v, g**2, alpha)", "average_(v, g**2, 1 - alpha)"),
        ("rmsprop_", "g**2", "g"),
        ("rmsprop_", "np.sqrt(v) + eps", "np.sqrt(v) - eps"),
        ("rmsprop_", "np.sqrt(v) + eps", "np.sqrt(v + eps)"),
        ("rmsprop_", "accumulate_(b, d, momentum)", "b[...] = d"),
        ("rmsprop_", "d = b", "pass"),
        ("rmsprop_centered_", "average_(m, g, alpha)", "m[...] = g"),
        ("rmsprop_centered_", "average_(v, g**2, alpha)", "v[...] = g**2"),
        ("rmsprop_centered_", "np.maximum(v - m**2, 0)", "v - m**2"),
        ("rmsprop_centered_", "m**2", "m"),
        ("adadelta_", "average_(u, d**2, rho)", "u[...] = d**2"),
        ("adadelta_", "average_(v, g**2, rho)", "v[...] = g**2"),
        ("adadelta_", "average_(u, d**2, rho)", "average_(u, d, rho)"),
        ("adam_", "average_(m, g, beta1)", "m[...] = g"),
        ("adam_", "average_(v, g**2, beta2)", "average_(v, g**2, beta1)"),
        ("adam_", "g**2", "g"),
        ("adam_", "average_(v, g**2, beta2)", "v += g**2"),
        ("adam_", "lr / bias_correction(beta1, t)", "lr"),
        ("adam_", "v / bias_correction(beta2, t)", "v"),
        (
            "adam_",
            "np.sqrt(v / bias_correction(beta2, t)) + eps",
            "np.sqrt(v / bias_correction(beta2, t) + eps)",
        ),
        ("adam_", "bias_correction(beta1, t)", "bias_correction(beta1, 1)"),
        ("adam_", "bias_correction(beta1, t)", "bias_correction(beta2, t)"),
        ("amsgrad_", "average_(m, g, beta1)", "m[...] = g"),
        ("amsgrad_", "average_(v, g**2, beta2)", "v[...] = g**2"),
        ("amsgrad_", "v_max / bias_correction(beta2, t)", "v_max"),
        ("adamw_", "decay_(w, lr, weight_decay)", "pass"),
        ("adamw_", "decay_(w, lr, weight_decay)", "decay_(w, 1, weight_decay)"),
    ),
    *faults_in(
        "nnlib.optim._rules",
        ("*", "128", "1024"),
    ),
    *faults_in(
        "nnlib.optim._lbfgs",
        ("*", "1e-10", "10000000000.0"),
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
