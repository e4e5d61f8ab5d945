using System.Linq.Expressions;
using System.Reflection;

namespace Orleans.OneMachine.Invocation;

internal delegate Task<object?> MethodInvoker(object grain, object?[] arguments);

/// <summary>Brings the allowed return types (Task, ValueTask, both with a result) to one shape.</summary>
internal static class ReturnAdapter
{
    /// <summary>T of Task&lt;T&gt; or ValueTask&lt;T&gt;; null without a result.</summary>
    public static Type? ResultType(MethodInfo method)
    {
        var type = method.ReturnType;
        if (type == typeof(Task) || type == typeof(ValueTask))
            return null;
        if (type.IsConstructedGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
            return type.GetGenericArguments()[0];
        throw new NotSupportedException(
            $"{method.DeclaringType}.{method.Name} returns {type}; a grain method returns Task, Task<T>, ValueTask or ValueTask<T>.");
    }

    public static MethodInvoker Invoker(MethodInfo method)
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var call = Expression.Call(
            Expression.Convert(grain, method.DeclaringType!),
            method,
            method.GetParameters().Select((parameter, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType)));
        var adapter = typeof(ReturnAdapter).GetMethod(
            method.ReturnType.Name switch
            {
                "Task" => nameof(FromTask),
                "Task`1" => nameof(FromTaskOf),
                "ValueTask" => nameof(FromValueTask),
                _ => nameof(FromValueTaskOf),
            },
            BindingFlags.NonPublic | BindingFlags.Static)!;
        if (ResultType(method) is { } result)
            adapter = adapter.MakeGenericMethod(result);
        return Expression.Lambda<MethodInvoker>(Expression.Call(adapter, call), grain, arguments).Compile();
    }

    private static async Task<object?> FromTask(Task task)
    {
        await task.ConfigureAwait(false);
        return null;
    }

    private static async Task<object?> FromTaskOf<T>(Task<T> task) => await task.ConfigureAwait(false);

    private static async Task<object?> FromValueTask(ValueTask task)
    {
        await task.ConfigureAwait(false);
        return null;
    }

    private static async Task<object?> FromValueTaskOf<T>(ValueTask<T> task) => await task.ConfigureAwait(false);
}
