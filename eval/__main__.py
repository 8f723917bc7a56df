"""The evaluation's command line, `python -m eval`: runs, comparisons and reports, what is fitted and trained, and measurements."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant.progress import progress_bar
from assistant.settings import Settings
from eval import gate, report, sets
from eval.background import Telling
from eval.compare import compare
from eval.judging import FactJudge, build_claim_reader_of_facts
from eval.run import Run, read
from eval.running import run_municipality, run_set
from knowledge.section import KnowledgeError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it did what it was asked, 1 when something must be mended first."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    args = _parser().parse_args(argv)
    try:
        args.run(args, Settings())
    except KnowledgeError as error:
        print(f"{error.reason}\nGör så här: {error.remedy}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="Mäter hur bra assistenten svarar.")
    commands = parser.add_subparsers(required=True, metavar="KOMMANDO", title="kommandon")

    def add(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about)
        command.set_defaults(run=run)
        return command

    run = add("run", _run, "Ställ alla frågor i en samling och visa resultatet.")
    which = run.add_mutually_exclusive_group()
    which.add_argument("--set", default="lindhamn", metavar="NAMN", help=f"samling: {', '.join(sets.known())} (annars lindhamn)")
    which.add_argument("--municipality", metavar="KOMMUN", help="kommunens godkända frågor, mot assistentens eget index")
    which.add_argument("--questions", type=Path, metavar="FIL", help="egna frågor, en JSON-rad var")
    run.add_argument("--documents", type=Path, metavar="MAPP", help="dokumenten till --questions; annars assistentens eget index")
    run.add_argument("--sources", type=Path, metavar="MAPP", help="dokumentens text i klartext, att jämföra citaten med")
    run.add_argument("--split", metavar="DEL", help="bara frågorna i en del, till exempel heldout, eller i flera: fit,dev")
    run.add_argument("--as-of", type=date.fromisoformat, metavar="DATUM", help="bedöm giltighet för en dag, till exempel 2026-11-22")
    run.add_argument("--conversation", action="store_true", help="ställ varje fråga efter en annan om något annat, som i en konversation")
    run.add_argument("--judge", action="store_true", help="låt språkmodellen bedöma om svar i egna ord säger uppgifterna (kostar token)")
    run.add_argument(
        "--fail-under", action="append", default=[], metavar="MÅTT=GRÄNS", help="sluta med 1 när ett mått är lägre: correct=0.8"
    )
    run.add_argument(
        "--baseline", type=Path, metavar="FIL", help="sluta med 1 när något som var rätt är fel, eller ett citat inte är ordagrant"
    )
    run.add_argument("--write-baseline", type=Path, metavar="FIL", help="skriv vad som är rätt i körningen som ny baslinje")
    run.add_argument("--home", type=Path, help=argparse.SUPPRESS)  # a run in the background is told where its settings' home is
    both = add("compare", _compare, "Jämför två körningar: vad blev rätt, vad blev fel och varför.")
    both.add_argument("before", metavar="FÖRE", help="körningens namn, början av det eller dess fil")
    both.add_argument("after", metavar="EFTER", nargs="?", default="senaste", help="likaså; den senaste om inget anges")
    shown = add("report", _report, "Visa en körning: mått, per slag av fråga, och vad som blev fel.")
    shown.add_argument("name", metavar="KÖRNING", nargs="?", default="senaste", help="körningens namn; den senaste om inget anges")
    shown.add_argument(
        "--failures", action="store_true", help="visa även undanhållna frågor en och en; de är då inte längre ett rättvist prov"
    )
    add("accept", _accept, "Kör det som projektet visar och prövas mot, och skriv baslinjen, eval/runs och siffrorna i README.")
    fit = add("fit", _fit, "Anpassa modellen som avgör om assistenten ska svara, och mät den på undanhållna frågor.")
    fit.add_argument("--write", action="store_true", help="skriv modellen till assistant/evidence.json")
    train = add("train", _train, "Träna en av modellerna som läser frågor, svar och påståenden (kräver torch).")
    train.add_argument(
        "--of",
        choices=["answers", "searched", "claims", "questions"],
        default="answers",
        help="fråga och text ihop: enstaka stycken (answers) eller det som sökningen hittar (searched); påstående och citat ihop "
        "(claims); eller frågans sökvektor (questions)",
    )
    train.add_argument("--epochs", type=float, default=3.0, metavar="VARV", help="hur många gånger allt träningsmaterial gås igenom (3)")
    train.add_argument("--start", type=Path, metavar="FIL", help="fortsätt från en tidigare träning")
    train.add_argument("--write", type=Path, required=True, metavar="FIL", help="fil att skriva, till exempel knowledge/cross_encoder.npz")
    mean = add("mean", _mean, "Skriv medelvärdet av tränade modeller.")
    mean.add_argument("trained", nargs="+", type=Path, metavar="FIL", help="modeller som train skrev")
    mean.add_argument("--write", type=Path, required=True, metavar="FIL", help="fil att skriva")
    bench = add("benchmark", _benchmark, "Jämför sökningen med vad man annars skulle bygga, och mät vad varje del bidrar med.")
    bench.add_argument("--set", action="append", metavar="NAMN", help="samling, kan anges flera gånger; annars alla")
    bench.add_argument("--beside", type=int, default=0, metavar="ANTAL", help="lägg så många påhittade avsnitt av samma kommun bredvid")
    scale = add("scale", _scale, "Mät tid och minne för påhittade dokument av olika omfång.")
    scale.add_argument("--sections", type=int, nargs="+", default=[100, 1_000], metavar="ANTAL", help="antal avsnitt (100 1000)")
    scale.add_argument(
        "--embedder", choices=["local", "fake"], default="local", help="riktiga sökvektorer, eller påhittade för stora index"
    )
    engines = add("embedders", _embedders, "Jämför sökvektorerna med C-motorns: tid, likhet, start och minne.")
    engines.add_argument("--sentences", type=int, default=2_000, metavar="ANTAL", help="antal meningar (2000)")
    engines.add_argument("--threads", type=int, default=1, metavar="ANTAL", help="trådar för var och en (1)")
    claims = add("claims", _claims, "Mät kontrollen av språkmodellens påståenden: angrepp som ska stoppas och omskrivningar som ska visas.")
    claims.add_argument("--write", action="store_true", help="anpassa reglernas tal på ena halvan och skriv assistant/claims.json")
    for command in (run, both, bench, scale, engines, claims):
        command.add_argument("--json", action="store_true", help="skriv JSON, för andra program")
    return parser


def _run(args: argparse.Namespace, settings: Settings) -> None:
    settings = settings.model_copy(update={"home": args.home}) if args.home else settings
    least = gate.floors(args.fail_under)
    baseline = gate.read_baseline(args.baseline) if args.baseline else None
    with progress_bar() as tell:
        run = _run_municipality(args, settings, tell) if args.municipality else _run_set(args, settings, tell)
    print(json.dumps(run.as_dict(), ensure_ascii=False) if args.json else report.run_table(run))
    if args.write_baseline:
        gate.write_baseline(args.write_baseline, run)
    wrong = gate.failures(run, baseline, least) if baseline or least else []
    if wrong:
        raise KnowledgeError("\n".join(wrong), "Rätta det, eller för in frågornas id under accepted i baslinjen.")


def _run_set(args: argparse.Namespace, settings: Settings, tell: sets.Tell) -> Run:
    if args.conversation and (args.baseline or args.write_baseline):
        raise KnowledgeError("En baslinje gäller frågor som ställs en och en.", "Ta bort --conversation, eller --baseline.")
    chosen = sets.own(args.questions, args.documents, args.sources) if args.questions else sets.named(args.set)
    return run_set(
        chosen,
        settings,
        split=args.split,
        as_of=args.as_of or settings.as_of,
        tell=tell,
        judge=_judge(args, settings),
        conversation=args.conversation,
    )


def _run_municipality(args: argparse.Namespace, settings: Settings, tell: sets.Tell) -> Run:
    if args.conversation:
        raise KnowledgeError("--conversation går inte att ange tillsammans med --municipality.", "Ange --set eller --questions i stället.")
    with Telling(settings.home, args.municipality) as noted:

        def both(doing: str, done: int, total: int) -> None:
            tell(doing, done, total)
            noted(doing, done, total)

        return run_municipality(args.municipality, settings, as_of=args.as_of or settings.as_of, tell=both, judge=_judge(args, settings))


def _judge(args: argparse.Namespace, settings: Settings) -> FactJudge | None:
    return build_claim_reader_of_facts(settings) if args.judge else None


def _compare(args: argparse.Namespace, settings: Settings) -> None:
    found = compare(read(args.before, settings.home), read(args.after, settings.home))
    print(json.dumps(found.as_dict(), ensure_ascii=False) if args.json else report.comparison_text(found))


def _report(args: argparse.Namespace, settings: Settings) -> None:
    run = read(args.name, settings.home)
    print(report.run_report(run, failures=args.failures or not run.held_out))


def _accept(args: argparse.Namespace, settings: Settings) -> None:
    from eval.accept import accept

    with progress_bar() as tell:
        found = accept(settings, tell)
    print(found)


def _fit(args: argparse.Namespace, settings: Settings) -> None:
    from eval.fit import fit_and_measure

    with progress_bar() as tell:
        found = fit_and_measure(settings, tell, write=args.write)
    print(found)


def _train(args: argparse.Namespace, _settings: Settings) -> None:
    try:
        from eval import cross_training, question_training
    except ModuleNotFoundError as error:
        raise KnowledgeError("Träningen kräver biblioteket torch.", "Kör .venv/bin/pip install torch och försök igen.") from error
    with progress_bar() as tell:
        if args.of == "questions":
            question_training.train(args.write, tell, epochs=args.epochs)
        else:
            cross_training.train(args.write, tell, cross_training.COURSES[args.of], epochs=args.epochs, start=args.start)


def _mean(args: argparse.Namespace, _settings: Settings) -> None:
    from eval.averaging import write_mean

    write_mean(args.trained, args.write)


def _benchmark(args: argparse.Namespace, settings: Settings) -> None:
    from eval.benchmark import benchmark, benchmark_text, together

    with progress_bar() as tell:
        found = [benchmark(sets.named(name), settings, tell, beside=args.beside) for name in args.set or list(sets.known())]
    found += [together(found)] if len(found) > 1 else []
    print(json.dumps([f.as_dict() for f in found], ensure_ascii=False) if args.json else "\n\n".join(benchmark_text(f) for f in found))


def _scale(args: argparse.Namespace, settings: Settings) -> None:
    from eval.scale import measure, scale_text

    found = [measure(n, args.embedder) for n in args.sections]
    print(json.dumps(found, ensure_ascii=False) if args.json else scale_text(found))


def _embedders(args: argparse.Namespace, settings: Settings) -> None:
    from eval.embedders import compare_embedders, comparison_text

    found = compare_embedders(args.sentences, args.threads)
    print(json.dumps(found.as_dict(), ensure_ascii=False) if args.json else comparison_text(found))


def _claims(args: argparse.Namespace, _settings: Settings) -> None:
    from dataclasses import asdict

    from assistant.build import build_judges
    from eval.claim_fit import claims_text, fit, measure, rows, write

    judges = build_judges()
    if args.write:
        write(fit(judges.rules))
    found = measure(judges, rows())
    print(json.dumps([asdict(f) for f in found], ensure_ascii=False) if args.json else claims_text(found))


if __name__ == "__main__":
    sys.exit(main())
