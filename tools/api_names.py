"""Print what backtrader offers as JSON: ``python tools/api_names.py [--passed-on]``.

Runs under any interpreter that has a backtrader, upstream's too. A list of texts: modules
(``feeds.yahoo``), classes and functions where they are defined (``feeds.yahoo:YahooFinanceData``),
parameters, lines and public methods of classes (``ind.sma:SMA.params.period``). Left out are
modules that cannot be imported, for what they rest on is not installed, and metaclasses, for which
there is another way. With --passed-on also what a module only hands on.
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
import warnings

# what an implementation makes for itself at run time, and a variable of a loop that is left over
_MADE = re.compile(r"^((AutoInfoClass|Lines|params|plotinfo|plotlines)_|newcls$)")


def modules():
    """Yield the modules that can be imported."""
    import backtrader

    yield backtrader
    for found in pkgutil.walk_packages(backtrader.__path__, "backtrader."):
        private = any(part.startswith("_") for part in found.name.split("."))
        if private or found.name.endswith(("_legacy", ".plot.utils")):
            continue
        try:
            yield importlib.import_module(found.name)
        except Exception as error:
            print(f"{found.name}: {error}", file=sys.stderr)


def members(where, kind):
    """Yield the parameters, lines and public members of a class."""
    for family in ("params", "lines"):
        declared = getattr(kind, family, None)
        if inspect.isclass(declared) or hasattr(declared, "_getkeys"):
            names = declared._getkeys() if family == "params" else declared._getlines()
            yield from (f"{where}.{family}.{name}" for name in names)
    for name in dir(kind):
        item = getattr(kind, name, None)
        method = callable(item) and not inspect.isclass(item)
        if method and name[0].islower() and name not in dir(type):
            yield f"{where}.{name}"


def names(passed_on):
    """Return all names, sorted."""
    found = set()
    for module in modules():
        place = module.__name__.partition(".")[2]
        found.add(place)
        for name, item in vars(module).items():
            if name.startswith("_") or _MADE.match(name):
                continue
            origin = getattr(item, "__module__", None) or ""
            if origin != module.__name__ and not (passed_on and origin.startswith("backtrader")):
                continue
            if inspect.isclass(item) and not issubclass(item, type):
                found.update([f"{place}:{name}", *members(f"{place}:{name}", item)])
            elif inspect.isfunction(item):
                found.add(f"{place}:{name}")
    return sorted(found)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump(names("--passed-on" in sys.argv), sys.stdout, indent=0)
