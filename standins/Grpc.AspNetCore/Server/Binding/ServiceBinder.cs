using System.Reflection;
using Grpc.AspNetCore.Server.Calls;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Takes a service's methods from its generated code, and finds the service's own methods that serve them by name.</summary>
internal sealed class ServiceBinder<TService>(CallSettings settings) : ServiceBinderBase
    where TService : class
{
    private readonly List<BoundMethod> _methods = [];

    public IReadOnlyList<BoundMethod> Methods => _methods;

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        (var invoke, object[] attributes) = Find<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(
            method, typeof(TRequest), typeof(ServerCallContext));
        Add(method, attributes, new UnaryCallHandler<TService, TRequest, TResponse>(method, settings, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        (var invoke, object[] attributes) = Find<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
            method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        Add(method, attributes, new ClientStreamingCallHandler<TService, TRequest, TResponse>(method, settings, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        (var invoke, object[] attributes) = Find<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Add(method, attributes, new ServerStreamingCallHandler<TService, TRequest, TResponse>(method, settings, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        (var invoke, object[] attributes) =
            Find<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Add(method, attributes, new DuplexStreamingCallHandler<TService, TRequest, TResponse>(method, settings, invoke));
    }

    private void Add<TRequest, TResponse>(
        IMethod method, object[] attributes, CallHandler<TService, TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class => _methods.Add(new BoundMethod(method, attributes, handler.HandleAsync));

    private static (TInvoke Invoke, object[] Attributes) Find<TInvoke>(IMethod method, params Type[] parameters)
        where TInvoke : Delegate
    {
        MethodInfo found = typeof(TService).GetMethod(
            method.Name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, binder: null, parameters, modifiers: null)
            ?? throw new InvalidOperationException($"Could not find '{method.Name}' on {typeof(TService)}.");
        object[] attributes = [.. typeof(TService).GetCustomAttributes(inherit: true), .. found.GetCustomAttributes(inherit: true)];
        return (found.CreateDelegate<TInvoke>(), attributes);
    }
}
