using System.Collections.ObjectModel;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server;

/// <summary>Interceptor types, in the order in which they stand around a call.</summary>
public class InterceptorCollection : Collection<InterceptorRegistration>
{
    public void Add<TInterceptor>(params object[] args)
        where TInterceptor : Interceptor => Add(typeof(TInterceptor), args);

    public void Add(Type interceptorType, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(interceptorType);
        ArgumentNullException.ThrowIfNull(args);
        if (!interceptorType.IsSubclassOf(typeof(Interceptor)))
            throw new ArgumentException($"{interceptorType} does not derive from {typeof(Interceptor)}.", nameof(interceptorType));
        Add(new InterceptorRegistration(interceptorType, args));
    }
}

/// <summary>An interceptor type, and constructor arguments that no container gives.</summary>
public class InterceptorRegistration
{
    private readonly object[] _arguments;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        Type = type;
        _arguments = arguments;
    }

    public Type Type { get; }

    public IReadOnlyList<object> Arguments => _arguments;

    /// <summary>From the container where it is registered there, else made for this call and then the call's to dispose of.</summary>
    internal (Interceptor Interceptor, bool Owned) Create(IServiceProvider services) =>
        _arguments.Length == 0 && services.GetService(Type) is Interceptor registered
            ? (registered, false)
            : ((Interceptor)ActivatorUtilities.CreateInstance(services, Type, _arguments), true);
}
