/** Lets a person with several cameras choose one. */
import { useId } from 'preact/hooks';
import { format, m } from '../messages/index.ts';

export interface CameraPickerProps {
  readonly cameras: readonly MediaDeviceInfo[];
  readonly selected: string;
  readonly onSelect: (deviceId: string) => void;
}

export function CameraPicker({ cameras, selected, onSelect }: CameraPickerProps) {
  const id = useId();
  return (
    <label class="picker" for={id}>
      <span>{m.capture.chooseCamera}</span>
      <select
        id={id}
        data-testid="camera-picker"
        value={selected}
        onChange={(event) => onSelect(event.currentTarget.value)}
      >
        {cameras.map((camera, i) => (
          <option key={camera.deviceId} value={camera.deviceId}>
            {camera.label || format(m.capture.cameraNumber, { number: i + 1 })}
          </option>
        ))}
      </select>
    </label>
  );
}
