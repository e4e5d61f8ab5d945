using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace Orleans.OneMachine.Invocation;

/// <summary>
/// Builds the class behind a grain interface: it derives from <see cref="GrainReference"/>, and each method packs its
/// arguments and hands them to the base. One dynamic assembly an interface, so that each can be collected with its silo.
/// </summary>
internal static class ProxyEmitter
{
    public static Type Emit(InterfaceModel model)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName($"GrainProxy.{model.Name}"), AssemblyBuilderAccess.RunAndCollect);
        var module = assembly.DefineDynamicModule("Proxies");
        var ignored = AccessChecks.DefineAttribute(module);
        foreach (var name in Assemblies(model).Append(typeof(GrainReference).Assembly).Select(static used => used.GetName().Name!).Distinct())
            assembly.SetCustomAttribute(new CustomAttributeBuilder(ignored, [name]));
        var type = module.DefineType("Proxy", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [model.Type]);
        DefineConstructor(type);
        for (var i = 0; i < model.Methods.Count; i++)
            DefineMethod(type, model.Methods[i], i);
        return type.CreateType();
    }

    private static IEnumerable<Assembly> Assemblies(InterfaceModel model) => model.Methods
        .SelectMany(static method => method.Method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.Method.ReturnType).Append(method.Method.DeclaringType!))
        .Append(model.Type)
        .SelectMany(Parts)
        .Select(static type => type.Assembly);

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type),
        _ => [type],
    };

    private static void DefineConstructor(TypeBuilder type)
    {
        Type[] parameters = [typeof(ReferenceBinding), typeof(GrainId)];
        var inner = typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, parameters)!;
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, inner);
        il.Emit(OpCodes.Ret);
    }

    private static void DefineMethod(TypeBuilder type, MethodModel model, int index)
    {
        var parameters = model.Method.GetParameters().Select(static parameter => parameter.ParameterType).ToArray();
        var method = type.DefineMethod(
            $"{model.Method.DeclaringType!.FullName}.{model.Method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            model.Method.ReturnType,
            parameters);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            if (parameters[i].IsValueType)
                il.Emit(OpCodes.Box, parameters[i]);
            il.Emit(OpCodes.Stelem_Ref);
        }
        il.Emit(OpCodes.Call, Target(model));
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(method, model.Method);
    }

    private static MethodInfo Target(MethodModel model)
    {
        var isValueTask = model.Method.ReturnType.Name.StartsWith(nameof(ValueTask), StringComparison.Ordinal);
        var name = (isValueTask, model.ResultType) switch
        {
            (false, null) => nameof(GrainReference.CallTask),
            (false, _) => nameof(GrainReference.CallTaskOf),
            (true, null) => nameof(GrainReference.CallValueTask),
            (true, _) => nameof(GrainReference.CallValueTaskOf),
        };
        var target = typeof(GrainReference).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
        return model.ResultType is { } result ? target.MakeGenericMethod(result) : target;
    }
}
