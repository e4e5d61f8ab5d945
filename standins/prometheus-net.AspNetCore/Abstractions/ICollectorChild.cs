namespace Prometheus;

/// <summary>One time series.</summary>
public interface ICollectorChild;
