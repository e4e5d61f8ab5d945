using System.CommandLine;
using System.Globalization;
using System.Numerics;
using ExpertCluster.CommandLine;
using ExpertCluster.Simulation.Options;

namespace ExpertCluster.Cli.Commands;

/// <summary>The options that make a simulated cluster, each with its limits.</summary>
internal sealed class SimulationOptionSet
{
    private static readonly SimulationOptions Defaults = new();

    private readonly List<Option> _options = [];
    private readonly List<Func<ParseResult, SimulationOptions, SimulationOptions>> _readers = [];
    private readonly Option<string[]> _scorers = new("--scorer")
    {
        Description = "NAME=WEIGHT of one of the router's scorers, warm among them; may be repeated; default: "
            + string.Join(' ', Defaults.HostScorers.Select(s => FormattableString.Invariant($"{s.Key}={s.Value}"))),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _filters = new("--filter")
    {
        Description = "The router's filters in their order; default: the router's",
        AllowMultipleArgumentsPerToken = true,
    };

    public SimulationOptionSet()
    {
        Whole("--seed", "What everything random comes from", 0, int.MaxValue - 2, o => o.Seed, (o, v) => o with { Seed = v });
        Whole("--hosts", "Hosts, one base each at the start", 1, 10_000, o => o.Hosts, (o, v) => o with { Hosts = v });
        Whole("--experts", "Experts, each an adapter over one of the bases", 1, 100_000, o => o.Experts, (o, v) => o with { Experts = v });
        Whole("--bases", "Bases", 1, 1_000, o => o.Bases, (o, v) => o with { Bases = v });
        Whole("--zones", "Zones that hosts lie in, in turn", 1, 100, o => o.Zones, (o, v) => o with { Zones = v });
        Number("--minutes", "Minutes of cluster", 0.1, 10_080, o => o.Minutes, (o, v) => o with { Minutes = v });
        Number("--warmup-minutes", "Minutes before figures count", 0, 1_440, o => o.WarmupMinutes, (o, v) => o with { WarmupMinutes = v });
        Number("--rate", "Requests a second", 0.001, 100_000, o => o.RequestsPerSecond, (o, v) => o with { RequestsPerSecond = v });
        Number("--prompt-tokens", "Mean tokens of a prompt", 1, 1_000_000, o => o.PromptTokens, (o, v) => o with { PromptTokens = v });
        Number("--answer-tokens", "Mean tokens of an answer", 1, 1_000_000, o => o.AnswerTokens, (o, v) => o with { AnswerTokens = v });
        Number("--zipf", "Exponent of the experts' popularity; 0: all alike", 0, 5, o => o.ZipfExponent, (o, v) => o with { ZipfExponent = v });
        Number("--shift-minutes", "Minutes from one shift of popularity to the next; 0: none", 0, 10_080, o => o.ShiftMinutes, (o, v) => o with { ShiftMinutes = v });
        Number("--shift-share", "Share of the experts that change ranks at a shift", 0, 1, o => o.ShiftShare, (o, v) => o with { ShiftShare = v });
        Number("--failures", "Hosts that die, an hour", 0, 10_000, o => o.FailuresPerHour, (o, v) => o with { FailuresPerHour = v });
        Number("--drains", "Hosts that drain and leave, an hour", 0, 10_000, o => o.DrainsPerHour, (o, v) => o with { DrainsPerHour = v });
        Number("--repair-minutes", "Minutes until one that died or left is back, empty", 0, 10_080, o => o.RepairMinutes, (o, v) => o with { RepairMinutes = v });
        Number("--round-seconds", "Seconds from one placement round to the next", 0.1, 600, o => o.RoundSeconds, (o, v) => o with { RoundSeconds = v });
        Whole("--min-replicas", "Replicas of each expert at least", 0, 1_000, o => o.MinimumReplicas, (o, v) => o with { MinimumReplicas = v });
        Whole("--max-replicas", "Replicas of each expert at most", 1, 10_000, o => o.MaximumReplicas, (o, v) => o with { MaximumReplicas = v });
        Number("--flip-minutes", "A decision undone sooner is a flip", 0, 1_440, o => o.FlipMinutes, (o, v) => o with { FlipMinutes = v });
        Figure("--tokens-1", "Tokens a second of a host with 1 stream", 0.1, 1e9, f => f.TokensAtOne, (f, v) => f with { TokensAtOne = v });
        Figure("--tokens-8", "Tokens a second of a host with 8 streams", 0.1, 1e9, f => f.TokensAtEight, (f, v) => f with { TokensAtEight = v });
        Figure("--tokens-32", "Tokens a second of a host with 32 streams", 0.1, 1e9, f => f.TokensAtMost, (f, v) => f with { TokensAtMost = v });
        Figure("--prefill", "Prompt tokens that a host reads a second", 0.1, 1e9, f => f.PrefillTokens, (f, v) => f with { PrefillTokens = v });
        Figure("--slots", "Requests that run at once on a host", 1, 4_096, f => f.Slots, (f, v) => f with { Slots = v });
        Figure("--queue", "Requests that wait on a host", 0, 100_000, f => f.Queue, (f, v) => f with { Queue = v });
        Figure("--adapter-places", "Adapters in a host's memory", 1, 100_000, f => f.AdapterPlaces, (f, v) => f with { AdapterPlaces = v });
        Figure("--adapter-files", "Adapters on a host's disk", 1, 1_000_000, f => f.AdapterFiles, (f, v) => f with { AdapterFiles = v });
        Figure("--load-ms", "Milliseconds from disk to memory", 0, 3_600_000, f => f.AdapterLoadMilliseconds, (f, v) => f with { AdapterLoadMilliseconds = v });
        Figure("--fetch-ms", "Milliseconds from the store to disk", 0, 3_600_000, f => f.AdapterFetchMilliseconds, (f, v) => f with { AdapterFetchMilliseconds = v });
        Figure("--base-load-seconds", "Seconds to open a base", 0, 86_400, f => f.BaseLoadSeconds, (f, v) => f with { BaseLoadSeconds = v });
        _options.Add(_scorers);
        _options.Add(_filters);
    }

    public void AddTo(Command command) => _options.ForEach(command.Options.Add);

    /// <exception cref="InvalidDataException">Options that are right each by itself do not go together.</exception>
    public SimulationOptions Read(ParseResult parsed)
    {
        var options = Defaults;
        foreach (var read in _readers)
        {
            options = read(parsed, options);
        }

        if (options.MinimumReplicas > options.MaximumReplicas)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"--min-replicas is {options.MinimumReplicas}; it must be at most --max-replicas, {options.MaximumReplicas}"));
        }

        if (options.Bases > options.Experts)
        {
            throw new InvalidDataException(FormattableString.Invariant($"--bases is {options.Bases}; it must be at most --experts, {options.Experts}"));
        }

        return options with
        {
            HostScorers = parsed.GetValue(_scorers) is { Length: > 0 } scorers ? ReadScorers(scorers) : options.HostScorers,
            HostFilters = parsed.GetValue(_filters) is { Length: > 0 } filters ? filters : null,
        };
    }

    private static Dictionary<string, double> ReadScorers(string[] texts)
    {
        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equal = text.IndexOf('=', StringComparison.Ordinal);
            if (equal <= 0
                || !double.TryParse(text.AsSpan(equal + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                || !(weight >= -1000 && weight <= 1000))
            {
                throw new InvalidDataException($"--scorer is '{text}'; it must be NAME=WEIGHT with a weight from -1000 to 1000");
            }

            if (!weights.TryAdd(text[..equal], weight))
            {
                throw new InvalidDataException($"--scorer names {text[..equal]} twice");
            }
        }

        return weights;
    }

    private void Whole(
        string name, string description, int least, int most, Func<SimulationOptions, int> get, Func<SimulationOptions, int, SimulationOptions> set) =>
        Add(name, description, least, most, get(Defaults), set);

    private void Number(
        string name, string description, double least, double most, Func<SimulationOptions, double> get, Func<SimulationOptions, double, SimulationOptions> set) =>
        Add(name, description, least, most, get(Defaults), set);

    private void Figure<T>(string name, string description, T least, T most, Func<HostFigures, T> get, Func<HostFigures, T, HostFigures> set)
        where T : struct, INumber<T> =>
        Add(name, description, least, most, get(Defaults.Figures), (options, value) => options with { Figures = set(options.Figures, value) });

    private void Add<T>(string name, string description, T least, T most, T byDefault, Func<SimulationOptions, T, SimulationOptions> set)
        where T : struct, INumber<T>
    {
        Option<T> option = new(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description}, {least} to {most}"),
            DefaultValueFactory = _ => byDefault,
        };
        NumberOption.Range(option, least, most);
        _options.Add(option);
        _readers.Add((parsed, options) => set(options, parsed.GetValue(option)));
    }
}
