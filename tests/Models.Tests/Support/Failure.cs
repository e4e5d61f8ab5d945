using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Tests.Support;

internal static class Failure
{
    /// <summary>Runs what must fail; the message must be one line with the file, and with every other expected part.</summary>
    public static CheckpointException Of(Action action, string file, string? field, params string[] parts)
    {
        var failure = Assert.Throws<CheckpointException>(action);
        Assert.Equal(file, failure.File);
        Assert.Equal(field, failure.Field);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.StartsWith(file, failure.Message, StringComparison.Ordinal);
        foreach (string part in parts)
        {
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        }

        return failure;
    }
}
