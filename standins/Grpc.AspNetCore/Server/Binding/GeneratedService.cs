using System.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>From a service class to what was generated for it, by the attribute on its generated base class.</summary>
internal static class GeneratedService
{
    public static BindServiceMethodAttribute? Attribute(Type serviceType)
    {
        for (Type? type = serviceType; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>Calls the generated BindService(binder, null): the binder gets the methods, without handlers.</summary>
    public static void Bind(Type serviceType, ServiceBinderBase binder)
    {
        BindServiceMethodAttribute attribute = Attribute(serviceType)
            ?? throw new InvalidOperationException($"{serviceType} derives from no generated service base class.");
        MethodInfo bind = attribute.BindType.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Single(method => method.Name == attribute.BindMethodName
                && method.GetParameters() is [var first, var second]
                && first.ParameterType == typeof(ServiceBinderBase)
                && second.ParameterType.IsAssignableFrom(serviceType));
        bind.Invoke(null, [binder, null]);
    }
}
