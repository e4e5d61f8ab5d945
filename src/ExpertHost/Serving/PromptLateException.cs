namespace ExpertCluster.ExpertHost.Serving;

/// <summary>A prompt took longer than it may.</summary>
/// <param name="wasStarved">Whether that was the machine's fault: it hardly computed meanwhile.</param>
/// <param name="inner">What stopped it.</param>
internal sealed class PromptLateException(bool wasStarved, Exception inner) : Exception("the prompt took longer than it may", inner)
{
    public bool WasStarved => wasStarved;
}
