"""Parameters, their inheritance, and the construction of components."""

import pickle

import pytest

from backtrader.errors import ParameterError
from backtrader.metabase import (
    AutoInfoClass,
    ItemCollection,
    MetaParams,
    ParamsBase,
    findbases,
    findowner,
)
from backtrader.utils.py3 import with_metaclass


class Base(ParamsBase):
    params = (("period", 20), ("factor", 1.5))


class Child(Base):
    params = {"period": 30, "_hidden": None}


class Left(Base):
    params = (("period", 100),)


class Right(Base):
    params = (("period", 200), ("extra", 1))


def test_parameters_are_ready_before_init():
    class Seen(Base):
        def __init__(self):
            self.seen = self.p.period

    assert Seen(period=7).seen == 7


def test_parameters_are_there_where_init_never_calls_super():
    class Silent(Base):
        def __init__(self, word):
            self.word = word

    silent = Silent("x", factor=2)
    assert (silent.word, silent.p.factor, silent.params is silent.p) == ("x", 2, True)


def test_a_declaration_may_be_a_dict_or_a_tuple_of_pairs():
    assert Child.params._gettuple() == (("period", 30), ("factor", 1.5), ("_hidden", None))


def test_the_class_holds_the_default_and_the_object_the_value():
    child = Child(period=3)
    assert (Child.params.period, child.params.period) == (30, 3)


def test_a_default_that_is_set_on_a_class_shows_on_those_that_extend_it():
    class Extended(ParamsBase):
        params = (("period", 5), ("factor", 1))

    class Extending(Extended):
        params = (("factor", 2),)

    Extended.params.period = Extended.params.factor = 99
    assert (Extending.params.period, Extending.params.factor) == (99, 2)
    assert (Extending().p.period, Extended().p.period) == (5, 5)  # as declared


def test_of_several_bases_the_later_one_wins():
    class Both(Left, Right):
        params = (("own", 0),)

    assert dict(Both.params._getpairs()) == {"period": 200, "factor": 1.5, "extra": 1, "own": 0}


def test_own_declarations_win_over_all_bases():
    class Both(Left, Right):
        params = (("period", 1),)

    assert Both.params.period == 1


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("_getkeys", ["period", "factor", "_hidden"]),
        ("_getdefaults", [30, 1.5, None]),
        ("_getitems", [("period", 30), ("factor", 1.5), ("_hidden", None)]),
    ],
)
def test_class_level_access(method, expected):
    assert list(getattr(Child.params, method)()) == expected


def test_getkwargs_can_leave_hidden_parameters_out():
    child = Child(period=5)
    assert dict(child.p._getkwargs(skip_=True)) == {"period": 5, "factor": 1.5}


def test_getvalues_follows_the_declaration():
    assert Child(factor=2, period=5).p._getvalues() == [5, 2, None]


def test_isdefault_and_notdefault():
    child = Child(period=5)
    assert (child.p.isdefault("factor"), child.p.notdefault("period")) == (True, True)


def test_a_misspelt_parameter_names_the_near_miss():
    with pytest.raises(ParameterError, match="Child: unknown parameter 'priod'.*'period'"):
        Child(priod=3)


def test_an_unknown_parameter_is_a_type_error_as_it_always_was():
    with pytest.raises(TypeError):
        Child(priod=3)


def test_keywords_of_init_are_handed_on():
    class Takes(Base):
        def __init__(self, word="a", **rest):
            self.word, self.rest = word, rest

    takes = Takes(word="b", other=1, period=2)
    assert (takes.word, takes.rest, takes.p.period) == ("b", {"other": 1}, 2)


def test_with_metaclass_over_object_makes_a_component():
    class Foreign(with_metaclass(MetaParams, object)):
        params = (("u", 3),)

        def __init__(self, k=2):
            self.k = k

    foreign = Foreign(k=5, u=4)
    assert (foreign.k, foreign.p.u, isinstance(foreign, ParamsBase)) == (5, 4, True)


def test_a_metaclass_derived_from_metaparams_can_make_singletons():
    class MetaOnly(MetaParams):
        def __init__(cls, name, bases, body):
            super().__init__(name, bases, body)
            cls.only = None

        def __call__(cls, *args, **kwargs):
            if cls.only is None:
                cls.only = super().__call__(*args, **kwargs)
            return cls.only

    class Only(metaclass=MetaOnly):
        params = (("x", 1),)

    assert Only(x=5) is Only()
    assert Only().p.x == 5


def test_parameters_pickle_as_the_values_of_their_class():
    params = pickle.loads(pickle.dumps(Child(period=9).p))
    assert (params.period, params.factor, type(params) is Child.params) == (9, 1.5, True)


def test_packages_are_imported_into_the_module_of_the_class():
    class Uses(Base):
        packages = (("json", "declared_json"),)
        frompackages = (("math", ("hypot", ("sqrt", "declared_sqrt"))),)

        def root(self):
            return declared_sqrt(hypot(3, 4) + 11)  # noqa: F821

    assert Uses().root() == 4
    assert declared_json.dumps(1) == "1"  # noqa: F821


def test_a_missing_package_names_the_pip_command():
    class Uses(Base):
        packages = ("no_such_package_at_all",)

    with pytest.raises(ImportError, match="pip install no_such_package_at_all"):
        Uses()


def test_an_object_finds_the_component_that_builds_it():
    class Inner(Base):
        def __init__(self):
            self.owner = findowner(self, Base)

    class Outer(Base):
        def __init__(self):
            self.inner = Inner()

    outer = Outer()
    assert outer.inner.owner is outer
    assert Inner().owner is None


def test_an_owner_is_found_through_any_helper():
    class Inner(Base):
        def __init__(self):
            self.owner = findowner(self, Left)

    def helper():
        return [make() for make in (lambda: Inner(),)]

    class Outer(Left):
        def __init__(self):
            self.inner = helper()[0]

    outer = Outer()
    assert outer.inner.owner is outer


def test_findbases_gives_ancestors_first():
    assert findbases(Child, Base) == [Base]
    assert findbases(Child, ParamsBase) == [ParamsBase, Base]


def test_derive_extends_with_the_given_pairs():
    derived = Base.params._derive("more", (("q", 1),), [])
    assert dict(derived._getpairs()) == {"period": 20, "factor": 1.5, "q": 1}
    assert issubclass(derived, AutoInfoClass)


def test_items_are_had_by_index_name_and_attribute():
    items = ItemCollection()
    items.append("a", name="first")
    items.append("b")
    assert (len(items), items[1], items.first, items.getbyname("first")) == (2, "b", "a", "a")
    assert list(items.getitems()) == [("first", "a"), (None, "b")]
