namespace ExpertCluster.Inference.Sampling;

/// <summary>A filter that takes tokens away by masking them with minus infinity, and may leave none: that is the request's fault, and its name is the field's.</summary>
internal interface IMaskingFilter : IBuiltInFilter;
