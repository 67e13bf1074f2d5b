"""Groups of parameters with settings of their own, under one optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nnlib._checks import check_mapping
from nnlib.optim._optimizers import Optimizer

__all__ = ["ParameterGroups"]


class ParameterGroups:
    """One optimizer for each group of parameters, stepped together.

        optimizer = ParameterGroups(SGD, [weight], [bias], lr=0.1, weight_decay=0.01)
        optimizer.groups[1].weight_decay = 0  # a bias needs no decay
        optimizer.step([[dweight], [dbias]])

    PyTorch takes a list of dictionaries in place of the parameters; here a dictionary is a group
    as well: ``{"params": [bias], "weight_decay": 0}``.

    Parameters
    ----------
    kind : class
        An `Optimizer` whose `step` takes gradients.
    *groups : arrays, sequences of arrays, or dictionaries
        The parameters of each group; a dictionary holds them as ``"params"``, and the settings in
        which the group differs.
    **settings
        The settings of all groups.

    Attributes
    ----------
    groups : list of Optimizer

    Raises
    ------
    TypeError, ValueError
        If ``kind`` is no such class, there is no group, two groups share memory, or a group's
        parameters or settings are not what ``kind`` takes.
    """

    def __init__(self, kind: type[Optimizer], *groups: Any, **settings: Any) -> None:
        if not (isinstance(kind, type) and issubclass(kind, Optimizer)):
            raise TypeError(f"kind must be a class of optimizers, got {kind!r}")
        if not groups:
            raise ValueError("groups must be at least one, got none")
        self.groups = [_group(kind, group, settings, i) for i, group in enumerate(groups)]
        Optimizer([w for group in self.groups for w in group.params], 0)  # no two share memory

    @property
    def t(self) -> int:
        """The number of steps taken."""
        return self.groups[0].t

    @property
    def lr(self) -> Any:
        """The learning rate of the first group; assigning to it sets that of all."""
        return self.groups[0].lr

    @lr.setter
    def lr(self, value: Any) -> None:
        for group in self.groups:
            group.lr = value

    def step(self, grads: Any) -> None:
        """Step every group along its gradients, given as the groups were.

        An error in the gradients of any group leaves all groups as they were.
        """
        if not isinstance(grads, Sequence) or len(grads) != len(self.groups):
            raise ValueError(
                f"grads must hold the gradients of {len(self.groups)} groups, "
                f"got {len(grads) if isinstance(grads, Sequence) else type(grads).__name__}"
            )
        checked = [group.check_grads(g) for group, g in zip(self.groups, grads, strict=True)]
        for group, g in zip(self.groups, checked, strict=True):
            group.step(g[0] if group.takes_one_array else g)

    def state_dict(self) -> dict[str, Any]:
        """All groups' `Optimizer.state_dict` in one flat dictionary: "0/t", "0/lr", ..., "1/t"."""
        return {
            f"{i}/{key}": value
            for i, group in enumerate(self.groups)
            for key, value in group.state_dict().items()
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned; if it does not fit, nothing is changed."""
        parts: list[dict[str, Any]] = [{} for _ in self.groups]
        for key, value in check_mapping(state_dict, "state_dict").items():
            number, _, name = key.partition("/")
            if not number.isdigit() or int(number) >= len(parts):
                raise ValueError(
                    f"state_dict must hold entries of {len(parts)} groups, got {key!r}"
                )
            parts[int(number)][name] = value
        before = self.state_dict()
        try:
            for group, part in zip(self.groups, parts, strict=True):
                group.load_state_dict(part)
        except (TypeError, ValueError):
            for i, group in enumerate(self.groups):
                own = {k.partition("/")[2]: v for k, v in before.items() if k.startswith(f"{i}/")}
                group.load_state_dict(own)
            raise


def _group(kind: type[Optimizer], group: Any, settings: Mapping[str, Any], i: int) -> Optimizer:
    own = {"params": group}
    if isinstance(group, Mapping):
        own = check_mapping(group, f"groups[{i}]")
    if "params" not in own:
        raise ValueError(f'groups[{i}] must hold "params", got {sorted(own)}')
    try:
        return kind(own.pop("params"), **{**settings, **own})
    except (TypeError, ValueError) as error:
        raise type(error)(f"groups[{i}]: {error}") from None
