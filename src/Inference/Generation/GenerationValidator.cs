using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Generation;

/// <summary>Checks a request against a runner; every failure names the field, its value and the limit.</summary>
internal static class GenerationValidator
{
    private const int MaxStops = 16;
    private const int MaxStopLength = 256;

    public static IReadOnlyList<string> Validate(GenerationRequest request, IStepRunner runner, int maxBranches)
    {
        List<string> failures = [.. SamplingOptionsValidator.Validate(request.Sampling)];
        CheckPrompt(request, runner, failures);
        CheckTokens("prompt", request.Prompt, runner, failures);
        CheckTokens("resume", request.Resume, runner, failures);
        CheckTokens("guess", request.Guess, runner, failures);
        CheckTokens("allowed_token_ids", request.Sampling.AllowedTokens, runner, failures);
        CheckTokens("logit_bias", [.. request.Sampling.LogitBias.Select(bias => bias.Token)], runner, failures);
        if (request.Sampling.BannedSequences.Any(sequence => sequence.Count == 0))
        {
            failures.Add("bad_words has a sequence without tokens");
        }

        CheckScoring(request, failures);
        int least = request.ScoreFrom is null ? 1 : 0;
        if (request.MaxTokens < least)
        {
            Add(failures, $"max_tokens is {request.MaxTokens}; it must be at least {least}");
        }
        else if (request.Resume.Count > 0 && request.Resume.Count >= request.MaxTokens)
        {
            Add(failures, $"resume has {request.Resume.Count} tokens; with max_tokens {request.MaxTokens} it may have at most {request.MaxTokens - 1}");
        }

        CheckBranches(request.Branches, runner, maxBranches, failures);
        CheckMerging(request, failures);
        CheckStops(request.Stop, failures);
        CheckMembers(request, failures);
        return failures;
    }

    private static void CheckPrompt(GenerationRequest request, IStepRunner runner, List<string> failures)
    {
        int length = request.Prompt.Count + request.Resume.Count;
        if (request.Prompt.Count == 0)
        {
            failures.Add("prompt is empty; it must hold at least 1 token");
        }
        else if (length >= runner.ContextLength)
        {
            Add(failures, $"prompt has {length} tokens; it may have at most {runner.ContextLength - 1} (context {runner.ContextLength})");
        }
    }

    private static void CheckScoring(GenerationRequest request, List<string> failures)
    {
        if (request.ScoreFrom is not { } first)
        {
            return;
        }

        if (first < 1 || first >= request.Prompt.Count)
        {
            Add(failures, $"score_from is {first}; with a prompt of {request.Prompt.Count} tokens it must be from 1 to {request.Prompt.Count - 1}");
        }

        if (request.Resume.Count > 0 || request.Feed is not null)
        {
            failures.Add("score_from stands beside resume or feed; a prompt is scored where its answer begins");
        }
    }

    private static void CheckTokens(string field, IReadOnlyList<int> tokens, IStepRunner runner, List<string> failures)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if ((uint)tokens[i] >= (uint)runner.Vocabulary)
            {
                Add(failures, $"{field}[{i}] is {tokens[i]}; it must be a token id from 0 to {runner.Vocabulary - 1}");
                break;
            }
        }
    }

    private static void CheckBranches(IReadOnlyList<Branch> branches, IStepRunner runner, int maxBranches, List<string> failures)
    {
        int most = Math.Min(maxBranches, runner.Slots);
        if (branches.Count < 1 || branches.Count > most)
        {
            Add(failures, $"branches has {branches.Count} entries; it must have from 1 to {most}");
        }

        for (int i = 0; i < branches.Count; i++)
        {
            var branch = branches[i];
            if (!(branch.Weight > 0 && double.IsFinite(branch.Weight)))
            {
                Add(failures, $"branches[{i}].weight is {branch.Weight}; it must be finite and above 0");
            }

            if (branch.Gate is not null)
            {
                if (branch.Gate.Scorer.Window < 1 || branch.Gate.Scorer.Classes < 1)
                {
                    Add(failures, $"branches[{i}].gate scores {branch.Gate.Scorer.Window} tokens into {branch.Gate.Scorer.Classes} classes; both must be at least 1");
                }
            }
            else
            {
                CheckMix(FormattableString.Invariant($"branches[{i}].mix"), branch.Mix, runner, failures);
            }
        }
    }

    private static void CheckMerging(GenerationRequest request, List<string> failures)
    {
        if (request.BranchGate is { Scorer: var scorer } && (scorer.Window < 1 || scorer.Classes < 1))
        {
            Add(failures, $"branch_gate scores {scorer.Window} tokens into {scorer.Classes} classes; both must be at least 1");
        }

        if (request.Merging == BranchMerging.Product && (request.BranchGate is not null || request.Members.Count > 0))
        {
            failures.Add("merging is a product, whose parts have weights of their own and run here: there is no branch_gate beside it, and no member");
        }
    }

    private static void CheckMembers(GenerationRequest request, List<string> failures)
    {
        if (request.Members.Count > EnsembleLimits.MostMembers)
        {
            Add(failures, $"members has {request.Members.Count} entries; at most {EnsembleLimits.MostMembers} are taken");
        }

        for (int i = 0; i < request.Members.Count; i++)
        {
            double weight = request.Members[i].Weight;
            if (!(weight > 0 && double.IsFinite(weight)))
            {
                Add(failures, $"members[{i}].weight is {weight}; it must be finite and above 0");
            }
        }

        if (request.Feed is not null && (request.Members.Count > 0 || request.Grammar is not null))
        {
            failures.Add("feed draws the answer elsewhere: members and a grammar belong there");
        }
    }

    private static void CheckMix(string field, IReadOnlyList<WeightedAdapter> mix, IStepRunner runner, List<string> failures)
    {
        float sum = 0f;
        foreach (var (adapter, weight) in mix)
        {
            sum += weight;
            if (!(weight >= 0 && float.IsFinite(weight)))
            {
                Add(failures, $"{field} gives '{adapter?.Name ?? "base"}' the weight {weight}; it must be finite and at least 0");
            }
        }

        if (mix.Count > 0 && !(sum > 0 && float.IsFinite(sum)))
        {
            Add(failures, $"{field} has weights that sum to {sum}; the sum must be finite and above 0");
        }

        int adapters = mix.Where(entry => entry.Adapter is not null && entry.Weight > 0).Select(entry => entry.Adapter).Distinct().Count();
        if (adapters > runner.AdaptersPerRow)
        {
            Add(failures, $"{field} has {adapters} adapters; it may have at most {runner.AdaptersPerRow}");
        }
    }

    private static void CheckStops(IReadOnlyList<string> stops, List<string> failures)
    {
        if (stops.Count > MaxStops)
        {
            Add(failures, $"stop has {stops.Count} strings; it may have at most {MaxStops}");
        }

        for (int i = 0; i < stops.Count; i++)
        {
            if (stops[i].Length is 0 or > MaxStopLength)
            {
                Add(failures, $"stop[{i}] has {stops[i].Length} characters; it must have from 1 to {MaxStopLength}");
            }
        }
    }

    private static void Add(List<string> failures, FormattableString failure) => failures.Add(FormattableString.Invariant(failure));
}
