namespace Prometheus;

/// <summary>A value that only grows.</summary>
public interface ICounter : ICollectorChild
{
    /// <summary>Current value.</summary>
    double Value { get; }

    /// <summary>Adds <paramref name="increment"/>, which must not be negative.</summary>
    void Inc(double increment = 1.0);

    /// <summary>Raises the value to <paramref name="targetValue"/> unless it is there already.</summary>
    void IncTo(double targetValue);
}
