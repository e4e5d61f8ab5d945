using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tests.Support;

/// <summary>Budgets of texts that stay within them.</summary>
internal static class Budgets
{
    public static TextBudget Of(string text) => new(TextLimits.Default, text.Length, TestContext.Current.CancellationToken);
}
