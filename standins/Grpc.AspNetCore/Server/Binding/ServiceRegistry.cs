using System.Collections.Concurrent;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>What has been mapped so far, so that the answers for unknown names are mapped once.</summary>
internal sealed class ServiceRegistry
{
    private readonly ConcurrentDictionary<string, bool> _services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _methods = new(StringComparer.OrdinalIgnoreCase);
    private int _fallbackTaken;

    public void AddMethod(string methodName) => _methods.TryAdd(methodName, true);

    /// <summary>Whether any service has a method of that name; routes disregard case.</summary>
    public bool IsMethod(string name) => _methods.ContainsKey(name);

    public bool TryAddService(string serviceName) => _services.TryAdd(serviceName, true);

    public bool TryTakeFallback() => Interlocked.Exchange(ref _fallbackTaken, 1) == 0;
}

/// <summary>A method of a service with the endpoint that serves it.</summary>
internal sealed record BoundMethod(IMethod Method, IReadOnlyList<object> Attributes, RequestDelegate Handler);
