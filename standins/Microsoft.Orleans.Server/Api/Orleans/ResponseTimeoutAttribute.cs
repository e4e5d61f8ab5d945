using System.Globalization;

namespace Orleans;

/// <summary>Overrides the response timeout of one method or of every method of an interface, e.g. "00:00:05".</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    public TimeSpan? Timeout { get; set; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
}
