namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>An expert's own content keeps it from being used here. The message names expert and file, and no path.</summary>
internal sealed class ExpertUnusableException(string message) : Exception(message)
{
}
