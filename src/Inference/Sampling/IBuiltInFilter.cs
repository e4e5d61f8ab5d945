namespace ExpertCluster.Inference.Sampling;

/// <summary>A filter that is known to leave a candidate: what it leaves is not looked at again, token by token.</summary>
internal interface IBuiltInFilter : ILogitsFilter;
