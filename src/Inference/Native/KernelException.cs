namespace ExpertCluster.Inference.Native;

/// <summary>The runtime refused a call that a custom operator made, or a part of an operator's work failed.</summary>
internal sealed class KernelException(string message) : Exception(message);
