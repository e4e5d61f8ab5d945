using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>Puts the texts of what is logged into a list.</summary>
internal sealed class LogLines<T>(List<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Add(formatter(state, exception));
}
