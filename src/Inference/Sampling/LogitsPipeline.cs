using System.Collections.Frozen;
using System.Numerics.Tensors;
using ExpertCluster.Contracts;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>An engine's filters in the order they act. Immutable; thread-safe, as filters are.</summary>
internal sealed class LogitsPipeline
{
    private const int MaxFilters = 64;
    private const string Order = "Filters";

    private readonly ILogitsFilter[] _all;
    private readonly ILogitsFilter[] _greedy;
    private readonly FrozenSet<string> _parameters;

    private LogitsPipeline(ILogitsFilter[] filters)
    {
        _all = filters;
        _greedy = Array.FindAll(filters, filter => filter.ActsOnGreedy);
        _parameters = filters.SelectMany(filter => filter.Parameters).ToFrozenSet(StringComparer.Ordinal);
    }

    public static LogitsPipeline BuiltIn { get; } = Create(LogitsFilters.BuiltIn, []);

    /// <param name="filters">All that there are.</param>
    /// <param name="order">
    /// Names of those that act first; the others follow, the engine's own in their order before any that were added to them.
    /// </param>
    /// <exception cref="SetupException">Two of one name, or an order that names none of them, or one twice.</exception>
    public static LogitsPipeline Create(IEnumerable<ILogitsFilter> filters, IReadOnlyList<string> order)
    {
        ILogitsFilter[] all = [.. filters.OrderBy(IndexOfBuiltIn)];
        if (all.Length > MaxFilters)
        {
            throw new SetupException($"there are {all.Length} sampler filters; there may be at most {MaxFilters}");
        }

        PolicySet<ILogitsFilter> set = new(all);
        List<ILogitsFilter> first = [];
        foreach (string name in order)
        {
            var filter = set.Require(name, Order);
            if (first.Contains(filter))
            {
                throw new SetupException($"{Order} names {name} twice");
            }

            first.Add(filter);
        }

        return new LogitsPipeline([.. first, .. all.Except(first)]);
    }

    /// <summary>What is wrong with the options in the eyes of these filters.</summary>
    public IEnumerable<string> Check(SamplingOptions options)
    {
        foreach (string name in options.Extra.Keys.Where(name => !_parameters.Contains(name)))
        {
            string known = _parameters.Count == 0 ? "no filter here reads any" : $"filters here read {string.Join(", ", _parameters.Order(StringComparer.Ordinal))}";
            yield return $"extra has '{name}'; {known}";
        }

        foreach (string failure in _all.Select(filter => filter.Check(options)).OfType<string>())
        {
            yield return failure;
        }
    }

    /// <summary>Whether a filter that applies wants the tokens so far.</summary>
    public bool ReadsSeen(SamplingOptions options) => Array.Exists(_all, filter => filter.ReadsSeen && filter.Applies(options));

    /// <summary>Whether the likeliest token may be another one behind the filters. A filter for the drawn only never matters here.</summary>
    public bool ChangesGreedy(SamplingOptions options)
    {
        // Not Array.Exists: its closure would be garbage for each token.
        foreach (var filter in _greedy)
        {
            if (filter.Applies(options))
            {
                return true;
            }
        }

        return false;
    }

    /// <exception cref="ArithmeticException">A filter left nothing that could be drawn.</exception>
    /// <exception cref="InvalidGenerationException">The request leaves nothing that may be drawn.</exception>
    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen, bool greedy)
    {
        foreach (var filter in greedy ? _greedy : _all)
        {
            if (filter.Applies(options))
            {
                filter.Apply(candidates, options, filter.ReadsSeen ? seen : null);
                if (filter is IMaskingFilter)
                {
                    RequireOne(candidates, filter);
                }
                else if (filter is not IBuiltInFilter)
                {
                    RequireCandidates(candidates, filter);
                }
            }
        }
    }

    private static void RequireOne(CandidateSet candidates, ILogitsFilter filter)
    {
        if (float.IsNegativeInfinity(TensorPrimitives.Max<float>(candidates.Logits)))
        {
            throw new InvalidGenerationException([$"{filter.Name} leaves no token that may be drawn"]);
        }
    }

    private static void RequireCandidates(CandidateSet candidates, ILogitsFilter filter)
    {
        if (candidates.Count == 0 || !float.IsFinite(TensorPrimitives.Max<float>(candidates.Logits)))
        {
            throw new ArithmeticException($"the filter {filter.Name} left no candidate, or one whose logit is not a number");
        }
    }

    private static int IndexOfBuiltIn(ILogitsFilter filter)
    {
        for (int i = 0; i < LogitsFilters.BuiltIn.Count; i++)
        {
            if (LogitsFilters.BuiltIn[i].GetType() == filter.GetType())
            {
                return i;
            }
        }

        return int.MaxValue;
    }
}
