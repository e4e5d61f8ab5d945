using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Retry;

/// <summary>Which methods are retried, and what the calls of a channel share for it.</summary>
internal sealed class RetryPolicies
{
    private readonly Dictionary<string, RetrySettings?> _byName;
    private readonly ConcurrentDictionary<string, RetrySettings?> _byMethod = new(StringComparer.Ordinal);

    private RetryPolicies(Dictionary<string, RetrySettings?> byName, RetryThrottling? throttling, GrpcChannelOptions options)
    {
        _byName = byName;
        Throttling = throttling;
        Buffer = new RetryBuffer(options.MaxRetryBufferSize, options.MaxRetryBufferPerCallSize);
    }

    public RetryThrottling? Throttling { get; }

    public RetryBuffer Buffer { get; }

    /// <summary>Null: no method is ever retried.</summary>
    /// <exception cref="InvalidOperationException">A policy lacks a value or has one out of its range, or two are for one method.</exception>
    public static RetryPolicies? Create(GrpcChannelOptions options)
    {
        if (options.ServiceConfig is not { } config)
            return null;
        RetryThrottling? throttling = config.RetryThrottling is { } limit ? new RetryThrottling(limit) : null;
        var byName = new Dictionary<string, RetrySettings?>(StringComparer.Ordinal);
        foreach (MethodConfig entry in config.MethodConfigs)
        {
            RetrySettings? settings = entry.RetryPolicy is { } policy ? RetrySettings.From(policy, options.MaxRetryAttempts) : null;
            foreach (MethodName name in entry.Names)
            {
                if (string.IsNullOrEmpty(name.Service) && !string.IsNullOrEmpty(name.Method))
                    throw new InvalidOperationException($"Method config for the method '{name.Method}' must name its service, too.");
                if (!byName.TryAdd(Key(name.Service, name.Method), settings))
                    throw new InvalidOperationException($"Duplicate method config found. Service: '{name.Service}', method: '{name.Method}'.");
            }
        }
        return byName.Values.Any(settings => settings is not null) ? new RetryPolicies(byName, throttling, options) : null;
    }

    // Stubs have a handful of methods, each a constant of generated code, so this does not grow.
    public RetrySettings? For(IMethod method) => _byMethod.TryGetValue(method.FullName, out RetrySettings? settings)
        ? settings : _byMethod.GetOrAdd(method.FullName, Find(method));

    private RetrySettings? Find(IMethod method)
    {
        foreach (string key in (string[])[Key(method.ServiceName, method.Name), Key(method.ServiceName, null), Key(null, null)])
        {
            if (_byName.TryGetValue(key, out RetrySettings? settings))
                return settings;
        }
        return null;
    }

    private static string Key(string? service, string? method) => $"{service}/{method}";
}
