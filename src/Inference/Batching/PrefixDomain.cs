using System.Globalization;
using System.Text;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// What a branch's keys and values depend on beside its tokens: which adapters its rows carry, by content and weight, or
/// the rule by which its gate chooses them. Branches of one domain may share them.
/// </summary>
internal static class PrefixDomain
{
    /// <summary>Null where the branch's gate does not say what it is.</summary>
    public static string? Of(BranchState branch)
    {
        if (branch.Gate is { } gate)
        {
            return gate.Identity is { } identity ? "gate " + identity : null;
        }

        var text = new StringBuilder("mix");
        foreach (var (adapter, weight) in branch.Mix.Experts)
        {
            text.Append(CultureInfo.InvariantCulture, $" {adapter?.Digest ?? "-"}:{BitConverter.SingleToUInt32Bits(weight):x8}");
        }

        return text.ToString();
    }
}
