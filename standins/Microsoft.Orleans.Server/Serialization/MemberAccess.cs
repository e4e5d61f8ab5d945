using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.OneMachine.Serialization;

internal delegate TMember GetMember<TOwner, out TMember>(ref TOwner owner);

internal delegate void SetMember<TOwner, in TMember>(ref TOwner owner, TMember value);

/// <summary>Delegates that read and write a field directly, read-only ones included: init-only records are built that way.</summary>
internal static class MemberAccess
{
    public static GetMember<TOwner, TMember> Getter<TOwner, TMember>(FieldInfo field)
    {
        var method = new DynamicMethod($"get_{field.Name}", typeof(TMember), [typeof(TOwner).MakeByRefType()], typeof(MemberAccess).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        LoadOwner<TOwner>(il);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<GetMember<TOwner, TMember>>();
    }

    public static SetMember<TOwner, TMember> Setter<TOwner, TMember>(FieldInfo field)
    {
        var method = new DynamicMethod($"set_{field.Name}", null, [typeof(TOwner).MakeByRefType(), typeof(TMember)], typeof(MemberAccess).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        LoadOwner<TOwner>(il);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<SetMember<TOwner, TMember>>();
    }

    public static GetMember<TOwner, TMember> Getter<TOwner, TMember>(PropertyInfo property) =>
        (ref TOwner owner) => (TMember)property.GetValue(owner)!;

    public static SetMember<TOwner, TMember> Setter<TOwner, TMember>(PropertyInfo property) =>
        (ref TOwner owner, TMember value) =>
        {
            object boxed = owner!;
            property.SetValue(boxed, value);
            owner = (TOwner)boxed;
        };

    private static void LoadOwner<TOwner>(ILGenerator il)
    {
        il.Emit(OpCodes.Ldarg_0);
        if (!typeof(TOwner).IsValueType)
            il.Emit(OpCodes.Ldind_Ref);
    }
}
