namespace Prometheus;

/// <summary>A value that goes up and down.</summary>
public interface IGauge : ICollectorChild
{
    /// <summary>Current value.</summary>
    double Value { get; }

    /// <summary>Adds <paramref name="increment"/>.</summary>
    void Inc(double increment = 1);

    /// <summary>Replaces the value.</summary>
    void Set(double val);

    /// <summary>Subtracts <paramref name="decrement"/>.</summary>
    void Dec(double decrement = 1);

    /// <summary>Raises the value to <paramref name="targetValue"/> unless it is above it.</summary>
    void IncTo(double targetValue);

    /// <summary>Lowers the value to <paramref name="targetValue"/> unless it is below it.</summary>
    void DecTo(double targetValue);
}
