namespace Orleans.Configuration;

/// <summary>The grain classes and interfaces that this silo offers; filled from the loaded assemblies.</summary>
public class GrainTypeOptions
{
    public HashSet<Type> Classes { get; } = [];

    public HashSet<Type> Interfaces { get; } = [];
}
