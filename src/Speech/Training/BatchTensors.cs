using System.Reflection;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>The tensors of a batch by the names of the properties that hold them, however deep.</summary>
internal static class BatchTensors
{
    /// <summary>All that are there: what is null is left out.</summary>
    /// <param name="batch">A record.</param>
    /// <param name="prefix">Before every name.</param>
    public static IEnumerable<(string Name, Tensor Value)> Of(object batch, string prefix)
    {
        foreach (PropertyInfo property in batch.GetType().GetProperties().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (property.GetIndexParameters().Length > 0)
                continue;
            if (property.PropertyType == typeof(Tensor))
            {
                if (property.GetValue(batch) is Tensor tensor)
                    yield return ($"{prefix}{property.Name}", tensor);
            }
            else if (property.PropertyType.Namespace?.StartsWith("Kouyin", StringComparison.Ordinal) == true
                && property.PropertyType.IsClass && property.GetValue(batch) is { } inner)
            {
                foreach (var found in Of(inner, $"{prefix}{property.Name}."))
                    yield return found;
            }
        }
    }
}
