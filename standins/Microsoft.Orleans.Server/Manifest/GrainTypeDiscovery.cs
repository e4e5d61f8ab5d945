using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.OneMachine.Invocation;
using Orleans.Runtime;

namespace Orleans.OneMachine.Manifest;

/// <summary>Finds grain classes and interfaces in the application: every assembly that it loads or refers to and that refers to this one.</summary>
internal sealed class GrainTypeDiscovery : IConfigureOptions<GrainTypeOptions>
{
    public void Configure(GrainTypeOptions options)
    {
        foreach (var type in Assemblies().SelectMany(Types))
        {
            if (ReferenceFactory.IsGrainInterface(type) && !type.ContainsGenericParameters)
                options.Interfaces.Add(type);
            else if (type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IGrain).IsAssignableFrom(type) && !typeof(GrainReference).IsAssignableFrom(type))
                options.Classes.Add(type);
        }
    }

    private static HashSet<Assembly> Assemblies()
    {
        var own = typeof(GrainTypeDiscovery).Assembly;
        var found = new HashSet<Assembly> { own };
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(static assembly => !assembly.IsDynamic));
        var seen = new HashSet<string>(open.Select(static assembly => assembly.FullName!));
        while (open.TryDequeue(out var assembly))
        {
            var references = assembly.GetReferencedAssemblies();
            if (references.Any(reference => reference.Name == own.GetName().Name))
                found.Add(assembly);
            foreach (var reference in references.Where(static reference => !IsFramework(reference.Name!)))
            {
                if (seen.Add(reference.FullName) && TryLoad(reference) is { } loaded)
                    open.Enqueue(loaded);
            }
        }
        return found;
    }

    private static bool IsFramework(string name) =>
        name.StartsWith("System", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.", StringComparison.Ordinal)
        || name is "netstandard" or "mscorlib" or "WindowsBase";

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            // A reference that only the compiler needed.
            return null;
        }
    }

    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partial)
        {
            return partial.Types.OfType<Type>();
        }
    }
}
