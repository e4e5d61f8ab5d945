namespace Orleans;

/// <summary>The grain factory for code that is not a grain. Within a silo it is the silo's own.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
