using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.OneMachine.Invocation;

/// <summary>
/// Lets a dynamic assembly implement internal interfaces: the runtime honours an attribute of this name wherever it is
/// declared, and the framework declares none.
/// </summary>
internal static class AccessChecks
{
    public static ConstructorInfo DefineAttribute(ModuleBuilder module)
    {
        var type = module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public, typeof(Attribute));
        var constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes)!);
        il.Emit(OpCodes.Ret);
        return type.CreateType().GetConstructors()[0];
    }
}
