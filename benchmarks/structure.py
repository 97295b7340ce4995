"""How the code is cut into modules: files, lines, imports, circles, lone importers.

Run `python -m benchmarks.structure [CHECKOUT]`; reads the files as text, runs none.
"""

from __future__ import annotations

import ast
import statistics
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("rescale4dl_core", "pages")


@dataclass(frozen=True)
class Module:
    """One Python file."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @property
    def n_lines(self) -> int:
        """Lines of the file."""
        return self.text.count("\n")

    @property
    def package(self) -> str:
        """The folder that it stands in, as a dotted name."""
        return self.name.rpartition(".")[0]

    def import_statements(self) -> Iterator[ast.Import | ast.ImportFrom]:
        """Yield every import, those within functions and for types included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node

    @property
    def n_import_lines(self) -> int:
        """Lines that imports take."""
        return sum(
            (node.end_lineno or node.lineno) - node.lineno + 1
            for node in self.import_statements()
        )

    @property
    def n_comment_lines(self) -> int:
        """Lines that are a comment and nothing else."""
        return sum(line.lstrip().startswith("#") for line in self.text.splitlines())


def modules_of(root: Path) -> dict[str, Module]:
    """Return the modules of the core, the pages and the entry point, by dotted name."""
    paths = [path for part in PARTS for path in (root / part).rglob("*.py")]
    found = {}
    for path in [*paths, root / "app.py"]:
        parts = list(path.relative_to(root).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path.read_text(encoding="utf-8"))
    return found


def imports_of(modules: dict[str, Module]) -> dict[str, set[str]]:
    """Return which modules each module imports, of those given."""
    graph: dict[str, set[str]] = {}
    for name, module in modules.items():
        asked: set[str] = set()
        for node in module.import_statements():
            if isinstance(node, ast.Import):
                asked |= {alias.name for alias in node.names}
                continue
            base = node.module or ""
            full = {f"{base}.{alias.name}" for alias in node.names}
            asked |= {each if each in modules else base for each in full}
        graph[name] = (asked & set(modules)) - {name}
    return graph


def circles_of(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of modules that import each other, by whatever way round."""
    reached: dict[str, set[str]] = {}
    for start in graph:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            for name in graph[ahead.pop()] - seen:
                seen.add(name)
                ahead.append(name)
        reached[start] = seen
    circles: list[set[str]] = []
    for name, seen in reached.items():
        circle = {other for other in seen if name in reached[other]}
        if circle and circle not in circles:
            circles.append(circle)
    return circles


def lone_importers(graph: dict[str, set[str]], modules: dict[str, Module]) -> list[str]:
    """Return modules that nothing but one module of their own package imports."""
    importers: dict[str, set[str]] = {name: set() for name in graph}
    for name, asked in graph.items():
        for other in asked:
            importers[other].add(name)
    return sorted(
        name
        for name, by in importers.items()
        if len(by) == 1 and modules[min(by)].package == modules[name].package
    )


def rows(root: Path) -> list[tuple[str, str]]:
    """Return what is measured of a checkout, as pairs of a name and its value."""
    modules = modules_of(root)
    graph = imports_of(modules)
    found: list[tuple[str, str]] = []
    for part in PARTS:
        of_part = [m for m in modules.values() if (m.name + ".").startswith(part + ".")]
        lines = [module.n_lines for module in of_part]
        largest = max(of_part, key=lambda module: module.n_lines)
        imports = sum(module.n_import_lines for module in of_part)
        comments = sum(module.n_comment_lines for module in of_part)
        found += [
            (f"{part}: files", f"{len(of_part)}"),
            (f"{part}: lines", f"{sum(lines)}"),
            (f"{part}: median lines", f"{statistics.median(lines):.0f}"),
            (f"{part}: largest", f"{largest.n_lines} ({largest.name})"),
            (f"{part}: import lines", f"{100 * imports / sum(lines):.1f} %"),
            (f"{part}: comment lines", f"1 in {sum(lines) / max(comments, 1):.0f}"),
        ]
    lone = lone_importers(graph, modules)
    circles = circles_of(graph)
    return [
        *found,
        ("modules with one importer, in their own package", f"{len(lone)}"),
        ("circles of imports", f"{len(circles)}"),
        *((f"  circle {i}", ", ".join(sorted(c))) for i, c in enumerate(circles, 1)),
    ]


def main() -> None:
    """Measure and print."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]
    for name, value in rows(root):
        print(f"{name:48s} {value}")


if __name__ == "__main__":
    main()
