"""The exceptions: what they say, what else they are, and that they survive pickling."""

import pickle

import pytest

from backtrader import errors


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (errors.ParameterError, TypeError),
        (errors.LineError, AttributeError),
        (errors.DataError, ValueError),
        (errors.FeedMissingError, FileNotFoundError),
        (errors.OrderError, ValueError),
        (errors.TimeZoneError, ValueError),
        (errors.TimeZoneError, AttributeError),
        (errors.MissingDependencyError, ImportError),
    ],
)
def test_old_except_clauses_hold(kind, builtin):
    assert issubclass(kind, errors.BacktraderError)
    assert issubclass(kind, builtin)


def test_every_exception_is_in_the_tree_of_the_docstring():
    kinds = [getattr(errors, name) for name in errors.__all__ if name[0].isupper()]
    drawn = errors.__doc__ or ""
    assert [kind.__name__ for kind in kinds if kind.__name__ not in drawn] == []
    assert all(issubclass(kind, errors.BacktraderError) for kind in kinds)


@pytest.mark.parametrize(
    ("name", "allowed", "end"),
    [
        ("priod", ["period"], ", did you mean 'period'? It takes: period"),
        ("zzz", ["period", "movav"], ". It takes: period, movav"),
        ("P", ["p"], ", did you mean 'p'? It takes: p"),
        ("period", [], ". It takes none"),
    ],
)
def test_near_miss(name, allowed, end):
    assert errors.near_miss(name, allowed) == end


def test_near_miss_takes_any_iterable():
    assert errors.near_miss("a", iter(["b"])) == ". It takes: b"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.DataError("bad price", "f.csv", 3, "a,b"), "f.csv:3: bad price: 'a,b'"),
        (errors.DataError("bad price", "f.csv"), "f.csv: bad price"),
        (errors.DataError("bad price"), "bad price"),
        (errors.FeedMissingError("no such file", "f.csv"), "f.csv: no such file"),
        (
            errors.MissingDependencyError("plotting", "matplotlib"),
            "plotting needs a package that is not installed: pip install matplotlib",
        ),
        (
            errors.MissingDependencyError("IBStore", "backtrader[ib]"),
            'IBStore needs a package that is not installed: pip install "backtrader[ib]"',
        ),
        (errors.ModuleImportError("no module", "x"), "no module"),
        (errors.FromModuleImportError("no name"), "no name"),
    ],
)
def test_text(error, text):
    assert str(error) == text
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin), vars(twin)) == (type(error), text, vars(error))


def test_data_error_carries_its_facts():
    error = errors.DataError("bad price", "f.csv", 3, "a,b")
    assert (error.path, error.line_number, error.text) == ("f.csv", 3, "a,b")


def test_missing_feed_is_an_os_error_with_its_file_name():
    with pytest.raises(FileNotFoundError) as caught:
        raise errors.FeedMissingError("no such file", "f.csv")
    assert caught.value.filename == "f.csv"
